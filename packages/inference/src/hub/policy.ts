import { InferenceError } from '../errors.js';
import type { HubFile } from './choose-files.js';

/** What an operator lets be fetched from a hub. */
export interface HubPolicy {
  /** `owner/name`, or `owner/*` for all of an owner's; none: everything is refused. */
  readonly allowed: readonly string[];
  /** Of all files of one model together. */
  readonly maxBytes: number;
  /** sha256 as hex that files must have, by path, beyond what the hub says. */
  readonly digests: Readonly<Record<string, string>>;
}

const REPOSITORY = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;

/** @throws InferenceError bad_request when the operator does not let the model be fetched */
export function requireAllowed(repository: string, { allowed }: HubPolicy): void {
  if (!REPOSITORY.test(repository)) {
    throw new InferenceError(
      'bad_request',
      `model: expected owner/name, found ${JSON.stringify(repository)}`,
    );
  }
  const [owner] = repository.split('/');
  if (allowed.includes(repository) || allowed.includes(`${owner}/*`)) return;
  throw new InferenceError(
    'bad_request',
    `model: ${repository} is not allowed here; allowed: ${allowed.join(', ') || 'none'}`,
  );
}

/** @throws InferenceError bad_request when the files are larger than allowed, or not those that are expected */
export function requireFitting(files: readonly HubFile[], { maxBytes, digests }: HubPolicy): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maxBytes) {
    throw new InferenceError(
      'bad_request',
      `model: its files have ${bytes} bytes, at most ${maxBytes} are allowed`,
    );
  }
  const paths = new Set(files.map(({ path }) => path));
  const missing = Object.keys(digests).filter((path) => !paths.has(path));
  if (missing.length > 0) {
    throw new InferenceError(
      'bad_request',
      `model: it lacks ${missing.join(', ')}, whose digests are expected`,
    );
  }
}
