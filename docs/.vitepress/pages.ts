/** A group of the sidebar. Pages are named by their file in `docs`, and left out if the file does not exist. */
const groups: readonly { readonly text: string; readonly pages: Readonly<Record<string, string>> }[] = [
  {
    text: 'Start',
    pages: {
      'why.md': 'Why',
      'quick-start.md': 'Quick start',
      'examples.md': 'Examples',
      'how-it-works.md': 'How it works',
      'faq.md': 'Questions and answers',
    },
  },
  {
    text: 'Moving here',
    pages: {
      'moving/index.md': 'Overview',
      'moving/axios.md': 'axios interceptors',
      'moving/axios-auth-refresh.md': 'axios-auth-refresh',
      'moving/alova.md': 'alova',
      'moving/urql.md': 'urql and Apollo',
      'moving/rtk-query.md': 'RTK Query',
      'moving/oidc-client-ts.md': 'oidc-client-ts',
      'moving/auth0-react.md': 'auth0-react',
      'moving/next-auth.md': 'next-auth (Auth.js)',
    },
  },
  {
    text: 'Your application',
    pages: {
      'react.md': 'React',
      'recipes.md': 'Vue, Svelte, Solid and others',
      'platforms.md': 'Stores and platforms',
      'platforms.md#react-native-and-expo': 'React Native and Expo',
      'processes.md': 'Command-line tools',
      'fleet.md': 'Many machines, with Redis',
      'web-servers.md': 'Web servers',
    },
  },
  {
    text: 'Your server',
    pages: {
      'servers.md': 'Describe your server',
      'backends.md': 'Contracts for nine servers',
      'cookies.md': 'Cookies and lifetimes',
      'oauth.md': 'OAuth and OpenID Connect',
      'probe.md': 'Check your server',
    },
  },
  {
    text: 'Guides',
    pages: {
      'tabs.md': 'Tabs',
      'testing.md': 'Test your application',
      'devtools.md': 'Devtools',
      'inspect.md': 'Stately’s inspector',
      'limits.md': 'Idle timeout and lifetime',
      'vault.md': 'Tokens in a worker',
    },
  },
  {
    text: 'Reference',
    pages: {
      'options.md': 'Options',
      'session.md': 'The session',
      'errors.md': 'Errors',
      'chart.md': 'The chart',
      'transitions.md': 'Events by state',
    },
  },
  {
    text: 'Proof',
    pages: {
      'guarantees.md': 'Guarantees',
      'faults.md': 'Faults',
      'security.md': 'Security',
      'simulation.md': 'Simulation',
      'benchmarks.md': 'Benchmarks',
    },
  },
  { text: 'Contributing', pages: { 'design.md': 'The design' } },
];

interface Item {
  readonly text: string;
  readonly link: string;
}

interface Group {
  readonly text: string;
  readonly items: readonly Item[];
}

/**
 * The sidebar for these files. A page that no group names is in the group of its folder, or in the last one, under the title
 * that `titleOf` returns.
 */
export function pageGroups(files: readonly string[], titleOf: (file: string) => string): Group[] {
  const named = new Set(groups.flatMap(({ pages }) => Object.keys(pages)));
  const others = files.filter((file) => file !== 'index.md' && !named.has(file));
  const isMoving = (file: string): boolean => file.startsWith('moving/');
  const further = (text: string): readonly string[] => {
    if (text === 'Moving here') return others.filter(isMoving).toSorted(indexFirst);
    return text === groups.at(-1)?.text ? others.filter((file) => !isMoving(file)) : [];
  };
  return groups
    .map(({ text, pages }) => ({
      text,
      items: [
        ...Object.entries(pages).filter(([file]) => files.includes(file.replace(/#.*/, ''))),
        ...further(text).map((file) => [file, titleOf(file)] as const),
      ].map(([file, title]) => ({ text: title, link: addressOf(file) })),
    }))
    .filter(({ items }) => items.length > 0);
}

const indexFirst = (a: string, b: string): number => Number(isIndex(b)) - Number(isIndex(a));
const isIndex = (file: string): boolean => file.endsWith('/index.md');
const addressOf = (file: string): string => `/${file.replace(/(?:index)?\.md(#.*)?$/, '$1')}`;
