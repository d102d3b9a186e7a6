import { deepStrictEqual } from 'node:assert';

import type { ChainTransaction } from '../../src/chain/transaction.js';
import { createNetworkFold } from '../../src/fold/network-fold.js';
import type { ChangeSet, NetworkSnapshot } from '../../src/fold/records.js';
import type { NetworkConfig } from '../../src/network/config.js';

/** As jsonb gives an object back: keys by length, then by bytes. */
function stored<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(stored) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(
    ([left], [right]) => left.length - right.length || (left < right ? -1 : 1),
  );
  return Object.fromEntries(entries.map(([key, part]) => [key, stored(part)])) as Value;
}

/** Folds what is stored of a history once more. @throws when anything differs from what the first fold changed */
export function requireRepeatable(
  history: readonly ChainTransaction[],
  changes: readonly ChangeSet[],
  cluster: NetworkConfig,
  from?: NetworkSnapshot,
): void {
  const fold = createNetworkFold(cluster, from);
  history.forEach(({ signature, slot, index, blockTime, error }, at) => {
    const first = changes[at];
    const [beside] = first?.beside ?? [];
    const again = fold.replay({
      signature,
      slot,
      index,
      blockTime,
      failed: error !== null,
      events: (first?.events ?? []).map(stored),
      beside: beside === undefined ? null : stored(beside),
    });
    deepStrictEqual(again, first);
  });
}
