export { oauthVault } from './oauthVault.ts';
export { workerVault } from './workerVault.ts';

export type { OAuthVault, OAuthVaultOptions, VaultSignIn } from './oauthVault.ts';
export type { VaultServer } from './vaultContract.ts';
export type { VaultWorker } from './line.ts';
export type { WorkerVault, WorkerVaultOptions } from './workerVault.ts';
