export {
  type ContentClient,
  type ContentClientOptions,
  createContentClient,
} from './client/content-client.js';
export { ContentError, type ContentErrorCode } from './client/errors.js';
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
