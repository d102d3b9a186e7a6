export {
  type ContentClient,
  type ContentClientOptions,
  createContentClient,
} from './content-client.js';
export { ContentError, type ContentErrorCode } from './errors.js';
