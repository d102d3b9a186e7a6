import type { Address } from '@solana/kit';

import type { SignatureEntry } from '../../rpc/client.js';
import type { SourceCursor } from '../chain-source.js';

/** The newest transaction of an address that is known for sure; lists of what follows must reach back to it. */
export interface Mark {
  readonly signature: string;
  /** One of an earlier slot: a list that ends after it shows the mark, and little more. */
  readonly until: string | null;
}

export type Marks = ReadonlyMap<Address, Mark>;

/** What a stored transaction says of the addresses: with only one, it is that one's. */
export function marksAt(addresses: readonly Address[], cursor: SourceCursor | null): Marks {
  const [only, ...others] = addresses;
  if (cursor === null || only === undefined || others.length > 0) return new Map();
  // The one before it may share its slot, where lists have no order to rely on.
  return new Map([[only, { signature: cursor.signature, until: null }]]);
}

/** The marks after what was listed of a window, newest first, by address. */
export function marksAfter(marks: Marks, listed: ReadonlyMap<Address, readonly SignatureEntry[]>): Marks {
  const after = new Map(marks);
  for (const [address, entries] of listed) {
    const [newest] = entries;
    if (newest === undefined) continue;
    const older = entries.find(({ slot }) => slot < newest.slot)?.signature;
    after.set(address, {
      signature: newest.signature,
      until: older ?? marks.get(address)?.signature ?? null,
    });
  }
  return after;
}
