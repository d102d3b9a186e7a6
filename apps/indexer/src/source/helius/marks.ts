import type { Address } from '@solana/kit';

import type { SignatureEntry } from '../../rpc/client.js';
import type { SourceCursor } from '../cursor.js';

/** The newest transaction of an address that is known for sure; lists of what follows must reach back to it. */
export interface Mark {
  readonly signature: string;
  /** One of an earlier slot: a list that ends after it shows the mark, and little more. */
  readonly until: string | null;
}

export type Marks = ReadonlyMap<Address, Mark>;

/** What is known of the addresses where everything up to a cursor is stored. */
export const marksAt = (addresses: readonly Address[], cursor: SourceCursor | null): Marks =>
  new Map(
    addresses.flatMap((address) => {
      const mark = cursor?.marks.get(address);
      return mark === undefined
        ? []
        : [[address, { signature: mark.signature, until: mark.previous }] as const];
    }),
  );

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
