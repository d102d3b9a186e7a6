import { CID } from 'multiformats/cid';
import { InferenceError } from '../errors.js';

/** What an operator lets be fetched. */
export interface FetchPolicy {
  /** `owner/name`, `owner/*` for all of an owner's, or a CID; none: everything is refused. */
  readonly allowed: readonly string[];
  /** Of all files of one model together. */
  readonly maxBytes: number;
  /** sha256 as hex that files must have, by path, beyond what their source says. */
  readonly digests: Readonly<Record<string, string>>;
}

const REPOSITORY = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;

/** @throws InferenceError bad_request when the operator does not let the model be fetched */
export function requireAllowed(repository: string, { allowed }: FetchPolicy): void {
  if (!REPOSITORY.test(repository)) {
    throw new InferenceError(
      'bad_request',
      `model: expected owner/name, found ${JSON.stringify(repository)}`,
    );
  }
  const [owner] = repository.split('/');
  if (allowed.includes(repository) || allowed.includes(`${owner}/*`)) return;
  throw refused(repository, allowed);
}

/**
 * The CID, in version 1: whoever allows a block allows it however it is written.
 * @throws InferenceError bad_request when it is none, or when the operator does not let the model be fetched
 */
export function requireCidAllowed(cid: string, { allowed }: FetchPolicy): CID {
  const parsed = version1(cid);
  if (parsed === undefined) {
    throw new InferenceError('bad_request', `model: expected a CID, found ${JSON.stringify(cid)}`);
  }
  if (!allowed.some((one) => version1(one)?.equals(parsed))) throw refused(cid, allowed);
  return parsed;
}

/** @throws InferenceError bad_model when the operator expects another file */
export function requireDigest(path: string, sha256: string, { digests }: FetchPolicy): void {
  const expected = digests[path];
  if (expected === undefined || sha256 === expected) return;
  throw new InferenceError('bad_model', `${path}: its sha256 is ${sha256}, expected ${expected}`);
}

function version1(cid: string): CID | undefined {
  try {
    return CID.parse(cid).toV1();
  } catch {
    return undefined;
  }
}

function refused(model: string, allowed: readonly string[]): InferenceError {
  return new InferenceError(
    'bad_request',
    `model: ${model} is not allowed here; allowed: ${allowed.join(', ') || 'none'}`,
  );
}

/** @throws InferenceError bad_request when the files are larger than allowed, or not those that are expected */
export function requireFitting(
  files: readonly { readonly path: string; readonly bytes: number }[],
  { maxBytes, digests }: FetchPolicy,
): void {
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
