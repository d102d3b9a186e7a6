import type { ClassicLevel } from 'classic-level';
import type { TransactionRecord } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { addressKey, FIRST_POSITION, ownerKey, type Position, readPosition } from './keys.js';

/** Whether the history of an address has also what happened to its token accounts. */
export type TokenAccountScope = 'none' | 'balanceChanged' | 'all';

/** Which part of an address's history to walk through; positions are exclusive. */
export interface HistoryQuery {
  readonly after?: Position | undefined;
  readonly before: Position;
  readonly oldestFirst: boolean;
  readonly tokenAccounts: TokenAccountScope;
}

type Db = ClassicLevel<Uint8Array, Uint8Array>;

const PAGE = 100;
const CHANGED = Uint8Array.of(1);
const SAME = Uint8Array.of(0);

/** What is stored so that a transaction is found by the owners of the token accounts that it names. */
export function ownerEntries(
  record: TransactionRecord,
  base58: Base58,
): { key: Uint8Array; value: Uint8Array }[] {
  const { preTokenBalances, postTokenBalances } = record.meta;
  const before = new Map(preTokenBalances.map((balance) => [balance.accountIndex, balance.amount]));
  const after = new Map(postTokenBalances.map((balance) => [balance.accountIndex, balance.amount]));
  const changedByOwner = new Map<string, boolean>();
  for (const { owner, accountIndex } of [...preTokenBalances, ...postTokenBalances]) {
    const changed = (before.get(accountIndex) ?? '0') !== (after.get(accountIndex) ?? '0');
    changedByOwner.set(owner, changed || changedByOwner.get(owner) === true);
  }
  return [...changedByOwner].map(([owner, changed]) => ({
    key: ownerKey(base58.decode(owner), record),
    value: changed ? CHANGED : SAME,
  }));
}

/** Walks through the places of an address's transactions in the chain. */
export async function* positionsOf(
  db: Db,
  address: Uint8Array,
  query: HistoryQuery,
): AsyncGenerator<Position> {
  const named = scan(db, addressKey, address, query, () => true);
  if (query.tokenAccounts === 'none') return yield* named;
  const all = query.tokenAccounts === 'all';
  const owned = scan(db, ownerKey, address, query, (value) => all || value[0] === CHANGED[0]);
  yield* merge(named, owned, query.oldestFirst);
}

async function* scan(
  db: Db,
  keyOf: typeof addressKey,
  address: Uint8Array,
  { after, before, oldestFirst }: HistoryQuery,
  accept: (value: Uint8Array) => boolean,
): AsyncGenerator<Position> {
  const entries = db.iterator({
    ...(after === undefined ? { gte: keyOf(address, FIRST_POSITION) } : { gt: keyOf(address, after) }),
    lt: keyOf(address, before),
    reverse: !oldestFirst,
  });
  try {
    for (;;) {
      const page = await entries.nextv(PAGE);
      if (page.length === 0) return;
      for (const [key, value] of page) if (accept(value)) yield readPosition(key);
    }
  } finally {
    await entries.close();
  }
}

/** Two walks in the same direction as one, without repeating what is in both. */
async function* merge(
  left: AsyncGenerator<Position>,
  right: AsyncGenerator<Position>,
  oldestFirst: boolean,
): AsyncGenerator<Position> {
  const next = async (walk: AsyncGenerator<Position>): Promise<Position | null> => {
    const { done, value } = await walk.next();
    return done === true ? null : value;
  };
  try {
    let [a, b] = [await next(left), await next(right)];
    while (a !== null || b !== null) {
      const order = a === null ? 1 : b === null ? -1 : compare(a, b) * (oldestFirst ? 1 : -1);
      const first = order <= 0 ? a : b;
      if (first !== null) yield first;
      if (order <= 0) a = await next(left);
      if (order >= 0) b = await next(right);
    }
  } finally {
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}

const compare = (a: Position, b: Position): number => a.slot - b.slot || a.index - b.index;
