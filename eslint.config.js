import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const not = {
  test: { regex: '(^|/)test/', message: 'What ships imports no test.' },
  testing: { regex: '/testing/', message: 'The test kit is built on the session, not the other way round.' },
  entry: { regex: '/(createSession|machine)\\.ts$', message: 'Only the entry wires a session together.' },
  layers: {
    regex: '/(http|refresh)/(?!readJson)',
    message: 'Stores and peers know neither requests nor refreshes.',
  },
  requests: {
    regex: '/http/(gate|admission|hold|kyHooks|sessionFetch)',
    message: 'A refresh knows no request that waits.',
  },
  refresh: { regex: '/refresh/', message: 'The request layer starts no refresh: it tells the machine.' },
  inside: {
    regex: '^\\.\\./(http|refresh|stores|peers|contracts)/',
    message: 'A component knows the session and its view, and nothing that is behind them.',
  },
  others: { regex: '^(?!xstate$|\\./)', message: 'A statechart imports xstate and nothing else.' },
};

/** zone.js, Bluebird and test runners replace the global, or bring one of another realm. */
const notAnInstance = {
  selector: "BinaryExpression[operator='instanceof'][right.name='Promise']",
  message: 'Use `isThenable` of src/thenable.ts.',
};

const forbid = (files, ...patterns) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

/** Imports point one way. Of the rules that fit a file the last one counts. */
const oneWay = [
  forbid('machines/**', not.others),
  forbid('src/**', not.test, not.testing),
  forbid('src/testing/**', not.test),
  forbid('src/contracts/**', not.test, not.testing, not.entry),
  forbid('src/http/**', not.test, not.testing, not.entry, not.refresh),
  forbid('src/refresh/**', not.test, not.testing, not.entry, not.requests),
  forbid('src/{stores,peers}/**', not.test, not.testing, not.entry, not.layers),
  forbid('src/{react,devtools}/**', not.test, not.testing, not.entry, not.inside),
];

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'storybook-static', '**/*.js']),
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
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
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
    // Asserting on a method is no call of it, and an authority may have no need to await.
    files: ['test/**'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['**/*.tsx', 'src/react/**', 'src/devtools/**'],
    ...reactHooks.configs.flat['recommended-latest'],
  },
  ...oneWay,
);
