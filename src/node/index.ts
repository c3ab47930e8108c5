export { fileStore } from './fileStore.ts';
export { loopback } from './loopback.ts';

export type { FileStoreOptions } from './fileStoreOptions.ts';
export type { LoopbackOptions, LoopbackSignIn } from './loopback.ts';
