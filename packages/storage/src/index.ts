export * from './client/index.js';
export * from './content/index.js';
export {
  createStorageServer,
  type StorageServer,
  type StorageServerOptions,
} from './server/storage-server.js';
export {
  type ContentStore,
  CorruptContentError,
  createDiskStore,
  type StoredContent,
} from './store/disk-store.js';
