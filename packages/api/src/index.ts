export { type Api, type ApiOptions, createApi } from './create-api.js';
export type { Pinning, PublicConfig, ReadTokenBalance } from './deps.js';
export type { Health } from './health/health.js';
