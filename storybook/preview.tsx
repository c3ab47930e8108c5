import type { Preview } from '@storybook/react-vite';
import { configure } from 'storybook/test';
import { getPreferredColorScheme, themes as docsThemes } from 'storybook/theming';
import { themes } from './stage/theme.ts';

// Nothing waits longer than it has to, and a second is short on a busy machine.
configure({ asyncUtilTimeout: 30_000 });

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    docs: { theme: docsThemes[getPreferredColorScheme()] },
    layout: 'fullscreen',
    // A program has a background of its own.
    backgrounds: { disable: true },
    controls: { expanded: true },
    options: {
      storySort: {
        order: [
          'States',
          ['anonymous', 'authenticated', 'refreshing', 'expired', 'loggedOut'],
          'Moves',
          'Servers',
          'Requests',
          'Sign in again',
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
