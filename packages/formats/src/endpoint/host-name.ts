import { sha512 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base58 } from '@scure/base';

/** Characters that the network keeps of a digest: a host name's label may have 63. */
const LABEL_LENGTH = 44;

/**
 * The label under which the network's hosts publish a port of a job's op, before the network's own domain.
 * @param opIndex place of the op in the definition, from 0
 * @param port as the op exposes it
 */
export function serviceHostLabel(opIndex: number, port: number, job: string): string {
  return base58.encode(sha512(utf8ToBytes(`${opIndex}:${port}:${job}`))).slice(0, LABEL_LENGTH);
}
