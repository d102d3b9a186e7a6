import type { ContentClient } from '@inferscan/storage/client';
import type { Address } from '@solana/kit';

import type { ChainReader } from '../chain/reader.js';
import type { Logger } from '../log.js';
import type { Standing } from './eligibility.js';

export interface ConditionsDeps {
  node: Address;
  reader: ChainReader;
  content: ContentClient;
  accessNfts: readonly Address[];
  /** What the node publishes of itself; pinning it is also what proves that pinning works. */
  report: unknown;
  log: Pick<Logger, 'info'>;
  /** Base units of NOS per hour. */
  minPerHour: bigint;
  /** How long what was read is good for, where nothing depends on it. */
  maxAgeMs: number;
  kill: AbortSignal;
}

/** What a node needs to take jobs, as it was last found. */
export interface Conditions {
  /** `fresh`: read anew in any case, the pinning service too, because the node is about to enter a queue. */
  read(fresh: boolean): Promise<Standing>;
  /** A result was pinned, or could not be. */
  notePinning(failure: string | null): void;
}

/** A pinning service that took a document is believed to take another for so long. */
const PINNING_GOOD_FOR_MS = 300_000;

export function createConditions(deps: ConditionsDeps): Conditions {
  const { node, reader, content, accessNfts, report, log, minPerHour, maxAgeMs, kill } = deps;
  let published = '';
  let seen: Pick<Standing, 'funds' | 'nfts'> | undefined;
  let seenAt = 0;
  let pinning: string | null = null;
  let pinnedAt = Number.NEGATIVE_INFINITY;

  const notePinning = (failure: string | null) => {
    pinning = failure;
    pinnedAt = failure === null ? performance.now() : Number.NEGATIVE_INFINITY;
  };

  /** Only pinning proves that pinning works: the same document each time. */
  async function tryPinning(): Promise<void> {
    try {
      const { cid } = await content.pinJson(report ?? { inferscan: 'node', node }, { signal: kill });
      if (report !== undefined && cid !== published)
        log.info({ cid }, 'published the report of hardware and benchmarks');
      published = cid;
      notePinning(null);
    } catch (error) {
      kill.throwIfAborted();
      notePinning(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    notePinning,
    async read(fresh) {
      if (!seen || fresh || performance.now() - seenAt > maxAgeMs) {
        const funds = await reader.funds(kill);
        seen = { funds, nfts: await reader.heldNfts(accessNfts, kill) };
        seenAt = performance.now();
      }
      if (fresh && performance.now() - pinnedAt > PINNING_GOOD_FOR_MS) await tryPinning();
      return { node, ...seen, pinning, minPerHour };
    },
  };
}
