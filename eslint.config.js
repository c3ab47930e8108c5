import { importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Imports point one way: a folder may not import from what is built on it. */
const oneWay = [
  { target: './machines', from: './src' },
  { target: './src/http', from: './src/createSession.ts' },
  {
    target: './src/refresh',
    from: ['./src/createSession.ts', './src/http/gate.ts', './src/http/kyHooks.ts'],
  },
  {
    target: './src/stores',
    from: ['./src/http', './src/refresh', './src/createSession.ts', './src/machine.ts'],
  },
  {
    target: './src/peers',
    from: ['./src/http', './src/refresh', './src/createSession.ts', './src/machine.ts'],
  },
  { target: './src', from: './test' },
  { target: './src/!(testing)/**/*', from: './src/testing' },
];

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'storybook-static', '**/*.js']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
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
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: oneWay }],
    },
  },
  {
    files: ['src/**', 'machines/**'],
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }] },
  },
  {
    // Asserting on a method is no call of it, and an authority may have no need to await.
    files: ['test/**'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['machines/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!xstate$|\\./)', message: 'A statechart imports xstate and nothing else.' },
          ],
        },
      ],
    },
  },
);
