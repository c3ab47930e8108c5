import type { Imports } from './bundle.ts';

/** The most that an application may grow by importing this. */
export interface Budget {
  readonly name: string;
  readonly imports: Imports;
  /** Kilobytes (1,000 bytes), minified and gzipped, with the bundler whose output is larger. */
  readonly limit: number;
  /** The intended budget, to which the limit should come down. */
  readonly target?: number;
  /** Whether xstate, ky and React count too. Default is `false`: the application installs them itself. */
  readonly isWithPeers?: boolean;
  /** Whether the README states the size. */
  readonly isInReadme?: boolean;
}

const core = ['createSession', 'restContract'];
const withTabs = [...core, 'webStorageStore'];

/**
 * Lower a limit when the entry becomes smaller. Raise one only with a reason in the commit message.
 *
 * The bundle of each snippet of README.md needs a budget here too: one with the same imports.
 */
export const budgets: readonly Budget[] = [
  {
    name: 'createSession, restContract',
    imports: { sessionchart: core },
    limit: 40.8,
    target: 17,
    isInReadme: true,
  },
  {
    name: 'createSession, restContract, webStorageStore',
    imports: { sessionchart: withTabs },
    limit: 43.5,
    target: 19,
    isInReadme: true,
  },
  {
    name: 'the same with xstate and ky inside',
    imports: { sessionchart: withTabs },
    limit: 65,
    target: 40,
    isWithPeers: true,
    isInReadme: true,
  },
  {
    name: 'sessionchart/react',
    imports: { 'sessionchart/react': '*' },
    limit: 2.2,
    target: 2.2,
    isInReadme: true,
  },
  {
    name: 'sessionchart/devtools',
    imports: { 'sessionchart/devtools': '*' },
    limit: 33.8,
    isInReadme: true,
  },
  { name: 'sessionchart/node', imports: { 'sessionchart/node': '*' }, limit: 7.4 },
  { name: 'sessionchart/redis', imports: { 'sessionchart/redis': '*' }, limit: 6.1 },
  { name: 'sessionchart/observe', imports: { 'sessionchart/observe': '*' }, limit: 8.4 },
  { name: 'sessionchart/server', imports: { 'sessionchart/server': '*' }, limit: 61.1 },
  { name: 'sessionchart/limits', imports: { 'sessionchart/limits': '*' }, limit: 5 },
  // Each way to sign in is a separate import: an application contains those that it uses.
  { name: 'sessionchart/oauth', imports: { 'sessionchart/oauth': '*' }, limit: 21.3 },
  {
    name: 'clientCredentials',
    imports: { 'sessionchart/oauth': ['clientCredentials'] },
    limit: 10.2,
  },
  {
    name: 'createSession and oauth',
    imports: { sessionchart: ['createSession'], 'sessionchart/oauth': ['oauth'] },
    limit: 49.9,
    target: 48.4,
  },
  {
    name: 'createSession, oauth and dpop',
    imports: { sessionchart: ['createSession'], 'sessionchart/oauth': ['oauth', 'dpop'] },
    limit: 52.5,
    target: 51.4,
  },
  // An application contains one of the two.
  { name: 'workerVault', imports: { 'sessionchart/vault': ['workerVault'] }, limit: 4, target: 2 },
  { name: 'oauthVault', imports: { 'sessionchart/vault': ['oauthVault'] }, limit: 6, target: 4 },
  { name: 'sessionchart/vault', imports: { 'sessionchart/vault': '*' }, limit: 6.1 },
  { name: 'sessionchart/vault/worker', imports: { 'sessionchart/vault/worker': '*' }, limit: 20 },
  { name: 'sessionchart/testing', imports: { 'sessionchart/testing': '*' }, limit: 56.2 },
  { name: 'sessionchart/machine', imports: { 'sessionchart/machine': '*' }, limit: 8.7 },
  { name: 'createSession', imports: { sessionchart: ['createSession'] }, limit: 38.8 },
  { name: 'restContract', imports: { sessionchart: ['restContract'] }, limit: 6.8 },
  {
    name: 'createSession, isSessionExpiredError, restContract',
    imports: { sessionchart: [...core, 'isSessionExpiredError'] },
    limit: 41.2,
  },
  {
    name: 'createSession, restContract and React',
    imports: {
      sessionchart: core,
      'sessionchart/react': ['RequireSession', 'SessionProvider', 'useSession'],
    },
    limit: 41.9,
  },
  {
    name: 'createSession, restContract and fileStore',
    imports: { sessionchart: core, 'sessionchart/node': ['fileStore'] },
    limit: 45.4,
  },
  {
    name: 'createSession, restContract and devtools',
    imports: { sessionchart: core, 'sessionchart/devtools': ['SessionDevtools'] },
    limit: 70.0,
  },
  {
    name: 'createTestSession, isSessionExpiredError',
    imports: { sessionchart: ['isSessionExpiredError'], 'sessionchart/testing': ['createTestSession'] },
    limit: 56.5,
  },
];
