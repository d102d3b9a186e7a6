import { InferenceError } from '../errors.js';

/** @throws InferenceError bad_request always, naming the place in the schema */
export function refuse(path: string, reason: string): never {
  throw new InferenceError('bad_request', `${path}: ${reason}`);
}
