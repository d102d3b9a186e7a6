import type { Address } from '@solana/kit';

import type { HeliusEntry, HeliusPages } from './pages.js';

/** Everything that Helius gives of some slots. */
export interface HistoryWindow {
  /** Slots, both ends included. */
  readonly from: bigint;
  readonly to: bigint;
  /** By signature; a transaction that names several addresses is there once. */
  readonly entries: ReadonlyMap<string, HeliusEntry>;
  /** A transaction of a later slot, where one is known. */
  readonly next: string | null;
}

export interface WindowQuery {
  readonly addresses: readonly Address[];
  readonly from: bigint;
  readonly to: bigint;
  /** With more transactions than this of one address, the window ends before `to`. */
  readonly most: number;
  readonly minContextSlot: bigint;
}

/** Reads a window; slots are whole, also where a page ended in the middle of one. */
export async function readWindow(
  pages: HeliusPages,
  { addresses, from, to, most, minContextSlot }: WindowQuery,
  signal: AbortSignal,
): Promise<HistoryWindow> {
  const lists = await Promise.all(
    addresses.map(async (address) => {
      const entries: HeliusEntry[] = [];
      let token: string | null = null;
      do {
        const page = await pages.read({ address, from, to, token, minContextSlot }, signal);
        entries.push(...page.entries);
        token = page.token;
      } while (token !== null && !isEnough(entries, most));
      return { entries, end: token === null ? to : (entries.at(-1)?.slot ?? to) - 1n };
    }),
  );
  const [end = to] = lists.map((list) => list.end).sort((left, right) => Number(left - right));
  const all = lists.flatMap(({ entries }) => entries);
  const later = all.filter(({ slot }) => slot > end);
  return {
    from,
    to: end,
    entries: new Map(all.filter(({ slot }) => slot <= end).map((entry) => [entry.signature, entry])),
    next: later.toSorted((left, right) => Number(left.slot - right.slot)).at(0)?.signature ?? null,
  };
}

/** More than wanted, in more than one slot: the last one may not be whole. */
const isEnough = (entries: readonly HeliusEntry[], most: number): boolean =>
  entries.length > most && entries[0]?.slot !== entries.at(-1)?.slot;

/** How many slots to read next, to find about `target` transactions; it never grows by more than a half. */
export function nextSpan(span: bigint, found: number, target: number): bigint {
  const factor = found === 0 ? 1.5 : Math.min(1.5, Math.max(0.25, target / found));
  const next = BigInt(Math.ceil(Number(span) * factor));
  return next < 1n ? 1n : next;
}
