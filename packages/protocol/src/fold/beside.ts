import type { Address } from '@solana/kit';
import type { TokenBalanceChange } from '../chain/transaction.js';
import type { ProtocolEvent, TokenMovement } from '../events/event.js';
import { poolWithVault } from './rewards.js';
import { stakeWithVault } from './stakes.js';
import type { FoldState } from './state.js';

/** A token account's balance around a transaction. */
export type AccountBalance = Pick<TokenBalanceChange, 'account' | 'before' | 'after'>;

/**
 * What the events of a transaction do not tell and the fold takes notice of: with it, and with the events, a fold can be
 * repeated without the transaction. Most transactions have nothing of it.
 */
export interface BesideCalls {
  readonly signature: string;
  /** Transfers under no call of the network's programs that touched a vault. */
  readonly movements: readonly TokenMovement[];
  /** Balances of vaults that do not follow from what was known of them and the transfers. */
  readonly balances: readonly AccountBalance[];
  /** Vaults that transfers touched and whose balances the chain does not tell. */
  readonly untold: readonly Address[];
}

type Movements = readonly TokenMovement[];

const pathOf = ({ path }: TokenMovement): string => path.join();

function movedInto(account: Address, movements: Movements): bigint {
  return movements.reduce(
    (sum, { from, to, amount }) => sum + (to === account ? amount : 0n) - (from === account ? amount : 0n),
    0n,
  );
}

/** What the state says of a vault that has no ledger; undefined where it is none. */
const knownBalance = (state: FoldState, account: Address): bigint | undefined =>
  (stakeWithVault(state, account) ?? poolWithVault(state, account))?.vaultBalance;

/** To be called before a transaction is folded; the result afterwards. It tells what only the transaction knew. */
export function watchBeside(
  state: FoldState,
  tx: {
    readonly signature: string;
    readonly movements: Movements;
    readonly tokenBalances: readonly AccountBalance[];
  },
): (events: readonly ProtocolEvent[]) => BesideCalls | null {
  const { signature, movements, tokenBalances } = tx;
  const isTold = (account: Address): boolean => tokenBalances.some((balance) => balance.account === account);
  /** Of vaults that have no ledger, before the transaction. */
  const known = new Map<Address, bigint>();
  const remember = (account: Address): void => {
    const balance = knownBalance(state, account);
    if (balance !== undefined) known.set(account, balance);
  };
  for (const { account } of tokenBalances) remember(account);
  for (const { from, to } of movements) {
    remember(from);
    remember(to);
  }
  const holdsKnown = (account: Address): boolean =>
    known.has(account) || knownBalance(state, account) !== undefined;
  const isVault = (account: Address): boolean => state.marketOfVault.has(account) || holdsKnown(account);
  const surprises = ({ account, before, after }: AccountBalance): boolean => {
    if (!holdsKnown(account)) {
      const isMarkets = state.marketOfVault.has(account);
      return isMarkets && (after ?? 0n) - (before ?? 0n) !== movedInto(account, movements);
    }
    const expected = known.get(account) ?? 0n;
    return (before ?? 0n) !== expected || (after ?? 0n) !== expected + movedInto(account, movements);
  };
  return (events) => {
    const outside = movements.filter(
      (movement) => !isInCall(events, movement) && (isVault(movement.from) || isVault(movement.to)),
    );
    const balances = tokenBalances.filter(surprises);
    const untold = new Set<Address>();
    for (const { from, to } of movements) {
      if (!isTold(from) && isVault(from)) untold.add(from);
      if (!isTold(to) && isVault(to)) untold.add(to);
    }
    if (outside.length === 0 && balances.length === 0 && untold.size === 0) return null;
    return {
      signature,
      movements: outside,
      balances: balances.map(({ account, before, after }) => ({ account, before, after })),
      untold: [...untold],
    };
  };
}

const isInCall = (events: readonly ProtocolEvent[], { path: [top, inner] }: TokenMovement): boolean =>
  events.some(({ movements }) => movements.some(({ path }) => path[0] === top && path[1] === inner));

/** All transfers of a transaction that matter, in order, each once. */
export function allMovements(events: readonly ProtocolEvent[], beside: BesideCalls | null): Movements {
  const [only] = events;
  if (only !== undefined && events.length === 1 && beside === null) return only.movements;
  const all = [...events.flatMap(({ movements }) => movements), ...(beside?.movements ?? [])];
  const byPath = new Map(all.map((movement) => [pathOf(movement), movement]));
  return [...byPath.values()].sort(
    (left, right) => left.path[0] - right.path[0] || (left.path[1] ?? -1) - (right.path[1] ?? -1),
  );
}

/** The balances that a transaction must have told of, for all that a fold makes of them. */
export function impliedBalances(
  state: FoldState,
  movements: Movements,
  beside: BesideCalls | null,
): AccountBalance[] {
  const implied = new Map<Address, AccountBalance>();
  for (const { from, to } of movements) {
    for (const account of [from, to]) {
      if (implied.has(account)) continue;
      const before = knownBalance(state, account) ?? 0n;
      implied.set(account, { account, before, after: before + movedInto(account, movements) });
    }
  }
  for (const account of beside?.untold ?? []) implied.delete(account);
  for (const balance of beside?.balances ?? []) implied.set(balance.account, balance);
  return [...implied.values()];
}
