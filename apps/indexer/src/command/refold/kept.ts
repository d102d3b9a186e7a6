import type { ProtocolEvent } from '@inferscan/protocol';

export interface KeptOptions<Item> {
  readonly key: (item: Item) => string;
  /** Position of the event that made the record. */
  readonly bornAt: (item: Item) => string;
  /** Whether nothing is expected to change the record any more. */
  readonly isOver: (item: Item) => boolean;
}

/**
 * Latest versions of records, until they are written. Those that are over can be written and forgotten at once, so that
 * memory holds only what can still change; where one changes after all, that is told at the end.
 */
export interface Kept<Item> {
  /** Takes a version that a transaction with these events made. */
  put(item: Item, events: readonly ProtocolEvent[]): void;
  /** How many are over and not taken yet. */
  readonly over: number;
  /** Hands out those that are over, or all. */
  take(all: boolean): Item[];
  /** Records that changed after they were handed out, by key. */
  late(): [string, Item][];
}

/** Slot and index. */
const TRANSACTION_PART = 19;

export function createKept<Item>({ key, bornAt, isOver }: KeptOptions<Item>): Kept<Item> {
  const open = new Map<string, Item>();
  const over = new Map<string, Item>();
  const late = new Map<string, Item>();
  return {
    put(item, events) {
      const name = key(item);
      const isKnown = open.has(name) || over.has(name);
      const place = events[0]?.position.slice(0, TRANSACTION_PART);
      if (!isKnown && (place === undefined || !bornAt(item).startsWith(place))) {
        late.set(name, item);
        return;
      }
      if (isOver(item)) {
        open.delete(name);
        over.set(name, item);
      } else {
        over.delete(name);
        open.set(name, item);
      }
    },
    get over() {
      return over.size;
    },
    take(all) {
      const taken = [...over.values(), ...(all ? open.values() : [])];
      over.clear();
      if (all) open.clear();
      return taken;
    },
    late: () => [...late],
  };
}
