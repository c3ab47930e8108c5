import type { ArgTypes } from '@storybook/react-vite';
import { leaves } from '../../test/machines/leaves.ts';
import { contracts } from './contracts.ts';
import type { WorldArgs } from './World.ts';

/** The controls of the stories. */
export const argTypes = {
  state: {
    control: 'select',
    options: leaves,
    description: 'The state in which the story starts. Transient states last until you press **Continue**.',
    table: { type: { summary: 'state of the chart' } },
  },
  dialect: {
    control: 'select',
    options: Object.keys(contracts),
    description:
      'The kind of server: five contracts of `docs/servers.md`, which differ in fields, status codes and error codes.',
    table: { type: { summary: 'name of a contract' }, defaultValue: { summary: 'rotating' } },
  },
  hold: {
    control: 'object',
    description:
      'How long requests may wait, in milliseconds, and how many: the option `hold` of `createSession`. For example ' +
      '`{ "whileExpired": 600000 }` keeps requests for ten minutes after the session has expired.',
    table: { type: { summary: 'HoldOptions' }, defaultValue: { summary: '{}' } },
  },
  limits: {
    control: 'object',
    description:
      'The idle timeout and the lifetime, in milliseconds: `sessionchart/limits`. For example `{ "idle": 180000 }`.',
    table: { type: { summary: 'LimitOptions' }, defaultValue: { summary: 'none' } },
  },
  position: {
    control: 'inline-radio',
    options: ['inline', 'bottom', 'right'],
    description: 'Where the devtools are: beside the page, or docked at a side of the window.',
    table: { type: { summary: "'inline' | 'bottom' | 'right'" }, defaultValue: { summary: 'inline' } },
  },
} satisfies Partial<ArgTypes<WorldArgs>>;
