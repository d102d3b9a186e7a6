import { Buffer } from 'node:buffer';
import { describeIssues, validateDefinition } from '@inferscan/formats';
import type { Pinning } from '../deps.js';
import { DomainError } from '../errors/domain-error.js';
import type { RateLimit } from '../limits/rate-limit.js';

/** Largest definition that the console stores, bytes of its JSON. */
const MAX_DEFINITION_BYTES = 32_768;

export interface PinnedDefinition {
  cid: string;
  /** sha2-256 digest of the CID, hex: what `list` takes. */
  digestHex: string;
}

/**
 * Stores a job definition for a client that is about to list it.
 * @throws DomainError rate_limited, too_large, invalid (names the paths), unavailable
 */
export async function pinDefinition(
  deps: { pinning: Pinning; perClient: RateLimit; overall: RateLimit },
  client: string | null,
  value: unknown,
): Promise<PinnedDefinition> {
  if (!deps.perClient.take(client ?? 'unknown') || !deps.overall.take('all')) {
    throw new DomainError('rate_limited', 'Too many definitions at once. Wait a few seconds and try again.');
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  if (text === undefined) throw new DomainError('invalid', 'definition: expected a JSON object');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DEFINITION_BYTES) {
    throw new DomainError(
      'too_large',
      `definition: ${bytes} bytes, at most ${MAX_DEFINITION_BYTES} are stored`,
    );
  }
  // What is stored is what was checked: the parsed text, never the object that came in.
  const definition: unknown = JSON.parse(text);
  const checked = validateDefinition(definition);
  if (!checked.ok) {
    throw new DomainError('invalid', `Not a valid job definition. ${describeIssues(checked.errors)}`);
  }
  try {
    const { cid, digest } = await deps.pinning.pinJson(definition);
    return { cid, digestHex: Buffer.from(digest).toString('hex') };
  } catch (cause) {
    throw new DomainError('unavailable', 'The content store did not take the definition. Try again.', {
      cause,
    });
  }
}
