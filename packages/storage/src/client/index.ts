export {
  type ContentClient,
  type ContentClientOptions,
  createContentClient,
} from './content-client.js';
export { ContentError, type ContentErrorCode } from './errors.js';
export { PrivateAddressError } from './guarded-agent.js';
export { createGuardedFetch, type GuardedFetch } from './guarded-fetch.js';
