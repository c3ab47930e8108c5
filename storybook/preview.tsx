import type { Preview } from '@storybook/react-vite';
import { configure } from 'storybook/test';
import { getPreferredColorScheme, themes as docsThemes } from 'storybook/theming';
import { testsEverything } from '../test/everything.ts';
import { themes } from './stage/theme.ts';

// The default of one second is too short on a busy machine.
configure({ asyncUtilTimeout: 30_000 });

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    // Axe takes most of the time of a story, and most of a story is the devtools. They have stories of their own.
    a11y: { test: 'error', context: { exclude: testsEverything ? [] : ['.sessionchart-devtools'] } },
    docs: { theme: docsThemes[getPreferredColorScheme()] },
    layout: 'fullscreen',
    // The pages have their own background.
    backgrounds: { disable: true },
    controls: { expanded: true },
    options: {
      storySort: {
        order: [
          'Introduction',
          'States',
          ['anonymous', 'authenticated', 'refreshing', 'expired', 'loggedOut'],
          'Transitions',
          'Servers',
          'Requests',
          'Sign in again',
          'Step-up',
          'Limits',
          'Tabs',
          'Devtools',
        ],
      },
    },
  },
  initialGlobals: { theme: 'system' },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: { title: 'Theme', icon: 'mirror', items: [...themes], dynamicTitle: true },
    },
  },
};

export default preview;
