import { createHash } from 'node:crypto';
import type { LogitsCommitment } from '../contract.js';
import { ranked } from '../sampling/ranking.js';

/** Of every so-manieth step, the first among them, there is a record. */
const EVERY = 8;
/** Largest logits in a record. */
const TOP = 4;
const CHECK_BYTES = 4;
const ENTRY_BYTES = 7;
const RECORD_BYTES = CHECK_BYTES + TOP * ENTRY_BYTES;
/** Fills a record of a vocabulary with fewer tokens. */
const NO_TOKEN = 0xff_ffff;

/** Collects what binds a completion to the logits that it was drawn from. */
export interface Committer {
  /** @param logits as the model gave them, before penalties and the like */
  add(logits: Float32Array, id: number): void;
  value(): LogitsCommitment;
}

/** What a record tells of one step. */
export interface CommittedStep {
  readonly step: number;
  /** The first bytes of the digest over all steps so far, as hex. */
  readonly check: string;
  readonly top: readonly { readonly id: number; readonly logit: number }[];
}

/** @param salt what the commitment is for, so that it is worth nothing for anything else */
export function createCommitter(salt: string, promptIds: readonly number[]): Committer {
  const hash = createHash('sha256').update(`${salt}\n`).update(words(promptIds));
  const records: Buffer[] = [];
  let steps = 0;
  return {
    add(logits, id) {
      hash.update(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength)).update(words([id]));
      if (steps++ % EVERY === 0) records.push(recordOf(logits, hash.copy().digest()));
    },
    value: () => ({
      steps,
      digest: hash.copy().digest('hex'),
      records: Buffer.concat(records).toString('base64'),
    }),
  };
}

/**
 * The steps of which a commitment's records tell.
 * @returns undefined where they are not records of so many steps
 */
export function readCommitment({
  steps,
  records,
}: Pick<LogitsCommitment, 'steps' | 'records'>): CommittedStep[] | undefined {
  const bytes = Buffer.from(records, 'base64');
  const count = Math.ceil(steps / EVERY);
  if (bytes.length !== count * RECORD_BYTES) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const record = bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES);
    const top = Array.from({ length: TOP }, (_, place) => {
      const at = CHECK_BYTES + place * ENTRY_BYTES;
      return { id: record.readUIntLE(at, 3), logit: record.readFloatLE(at + 3) };
    });
    return {
      step: index * EVERY,
      check: record.toString('hex', 0, CHECK_BYTES),
      top: top.filter(({ id }) => id !== NO_TOKEN),
    };
  });
}

function recordOf(logits: Float32Array, digest: Buffer): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  digest.copy(record, 0, 0, CHECK_BYTES);
  const ids = ranked(logits, TOP);
  for (let place = 0; place < TOP; place++) {
    const at = CHECK_BYTES + place * ENTRY_BYTES;
    const id = ids[place] ?? NO_TOKEN;
    record.writeUIntLE(id, at, 3);
    record.writeFloatLE(logits[id] ?? 0, at + 3);
  }
  return record;
}

/** Little-endian 32-bit words. */
function words(ids: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * ids.length);
  ids.forEach((id, index) => void bytes.writeUInt32LE(id, 4 * index));
  return bytes;
}
