import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const not = {
  test: { regex: '(^|/)test/', message: 'Published code does not import tests.' },
  testing: { regex: '/testing/', message: 'The test kit imports the session, not the other way round.' },
  others: { regex: '^(?!xstate$|\\./)', message: 'The statechart imports only xstate.' },
};

/** The folders of `src/`, lowest first: a file imports from its own folder and from those below. */
const layers = ['errors', 'platform', 'server', 'store', 'requests', 'refresh', 'session'];

/** `instanceof Promise` fails with zone.js, Bluebird and test runners, which replace the global or use another realm. */
const notAnInstance = {
  selector: "BinaryExpression[operator='instanceof'][right.name='Promise']",
  message: 'Use `isThenable` of src/platform/thenable.ts.',
};

const forbid = (files, ...patterns) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

/** A file may import only types from the folders above it. */
const forbidAbove = (layer, index) => ({
  files: [`src/${layer}/**`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          not.test,
          not.testing,
          {
            regex: `/(${[...layers.slice(index + 1), 'createSession', 'options'].join('|')})(/|\\.ts$)`,
            message: 'A file imports only from its own folder and from the folders below it.',
            allowTypeImports: true,
          },
        ],
      },
    ],
  },
});

/** Components use only the session and its view. */
const inside = {
  regex: '^\\.\\./(server|store|requests|refresh)/',
  message: 'Components import only the session and its view, not the parts behind them.',
};

const oneWay = [
  forbid('machines/**', not.others),
  forbid('src/**', not.test, not.testing),
  forbid('src/testing/**', not.test),
  forbid('src/{react,devtools}/**', not.test, not.testing, inside),
  ...layers.map(forbidAbove),
];

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    'storybook-static',
    '.cache',
    'bench/oauth/clients/**',
    'docs/{.vitepress,api,source}/**',
    'bench/peers/**',
    'test/frameworks/*/**',
    'test/moving/*/.applications/**',
    '**/*.js',
  ]),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true, ignoreVoidOperator: true },
      ],
      // oauth4webapi marks it so that it stands out: `sessionchart/oauth` allows `http:` on this machine only.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'oauth4webapi' }] },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `erasableSyntaxOnly` of tsconfig.json allows no enums, and the rule takes an eighth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
    },
  },
  {
    files: ['src/**', 'machines/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'no-restricted-syntax': ['error', notAnInstance],
    },
  },
  {
    // An assertion may refer to a method without calling it, and an implementation may not need to await.
    files: ['test/**'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['**/*.tsx', 'src/react/**', 'src/devtools/**'],
    ...reactHooks.configs.flat['recommended-latest'],
  },
  ...oneWay,
);
