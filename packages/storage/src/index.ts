export * from './client/index.js';
export * from './content/index.js';
export {
  createDiskStore,
  createStorageServer,
  type StorageServer,
  type StorageServerOptions,
} from './server/index.js';
export { type ContentStore, CorruptContentError, type StoredContent } from './store/disk-store.js';
