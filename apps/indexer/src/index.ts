export { ConfigError, type IndexerConfig, readConfig } from './config/environment.js';
export { type IndexerOptions, runIndexer } from './indexer.js';
export { CHANNEL } from './store/notification.js';
