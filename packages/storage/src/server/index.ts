/** The content store that others run in their process; unlike the package's main entry it loads no HTTP client. */
export { createDiskStore } from '../store/disk-store.js';
export { createStorageServer, type StorageServer, type StorageServerOptions } from './storage-server.js';
