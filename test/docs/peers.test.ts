import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import least from '../peers/least/package.json' with { type: 'json' };
import { root } from './snippets.ts';

const peers = manifest.peerDependencies;
const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');

/** The versions that a range starts from: `['5.19.0']` of `^5.19.0`. */
const startsOf = (range: string): string[] => range.split(' || ').map((part) => part.replace(/^\^/, ''));
const majorsOf = (range: string): string[] => startsOf(range).map((version) => version.split('.')[0] ?? '');
const minorOf = (range: string): string => range.replace(/^\^(\d+\.\d+)\..*/, '$1');

describe('the versions of xstate, ky and React that the package allows', () => {
  it('are those that the tests use as the least', () => {
    const { xstate, ky, react, '@xstate/react': hooks } = least.dependencies;
    expect({ xstate, ky, react, hooks }).toEqual({
      xstate: startsOf(peers.xstate)[0],
      ky: startsOf(peers.ky)[0],
      react: startsOf(peers.react)[0],
      hooks: startsOf(peers['@xstate/react'])[0],
    });
  });

  it('are those that the README names', () => {
    const [first, second, third] = majorsOf(peers['@xstate/react']);
    expect(readme).toContain(`xstate ${minorOf(peers.xstate)} or later and ky ${minorOf(peers.ky)} or later`);
    expect(readme).toContain(`React ${majorsOf(peers.react).join(' and ')}`);
    expect(readme).toContain(`\`@xstate/react\` ${String(first)}, ${String(second)} or ${String(third)}`);
  });
});
