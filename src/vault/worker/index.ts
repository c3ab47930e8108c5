export { serveVault } from './serveVault.ts';

export type { ServeVaultOptions } from './serveVault.ts';
