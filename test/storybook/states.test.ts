import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { sessionMachine } from '../../machines/index.ts';
import { childrenOf, nameOf } from '../../src/devtools/chart/nodes.ts';
import * as anonymous from '../../storybook/states/anonymous.stories.tsx';
import * as authenticated from '../../storybook/states/authenticated.stories.tsx';
import * as expired from '../../storybook/states/expired.stories.tsx';
import * as loggedOut from '../../storybook/states/loggedOut.stories.tsx';
import * as refreshing from '../../storybook/states/refreshing.stories.tsx';

const files = { anonymous, authenticated, refreshing, expired, loggedOut };

const stories = Object.entries(files).flatMap(([file, { default: meta, ...named }]) =>
  Object.values(named).map((story) => ({ file, title: meta.title, story })),
);

/** Every state that a session can rest in, including parents. */
function statesIn(node: AnyStateNode): string[] {
  return childrenOf(node).flatMap((child) => [nameOf(child), ...statesIn(child)]);
}

it('has one story for each state and substate of the machine, and for no other', () => {
  const names = stories.map(({ story }) => story.args.state);

  expect(names.toSorted()).toEqual(statesIn(sessionMachine.root).toSorted());
});

it.each(stories)(
  'shows $story.name under its own name, in the group of its top-level state',
  ({ file, title, story }) => {
    expect(story.name).toBe(story.args.state);
    expect(story.args.state.split('.')[0]).toBe(file);
    expect(title).toBe(`States/${file}`);
  },
);

it('includes every file of stories', async () => {
  const names = await readdir(new URL('../../storybook/states/', import.meta.url));

  const ending = '.stories.tsx';
  const stems = names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  expect(stems.toSorted()).toEqual(Object.keys(files).toSorted());
});
