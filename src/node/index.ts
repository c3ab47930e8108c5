export { fileStore } from './fileStore.ts';

export type { FileStoreOptions } from './fileStoreOptions.ts';
