import type { Address } from '@solana/kit';
import type { TokenBalanceChange } from '../chain/transaction.js';
import type { ProtocolEvent, TokenMovement } from '../events/event.js';
import { balanceOf, isAmong } from '../events/token-movements.js';
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
  let sum = 0n;
  for (const { from, to, amount } of movements) {
    if (to === account) sum += amount;
    if (from === account) sum -= amount;
  }
  return sum;
}

/** What the state says of a vault that has no ledger; undefined where it is none. */
const knownBalance = (state: FoldState, account: Address): bigint | undefined =>
  (stakeWithVault(state, account) ?? poolWithVault(state, account))?.vaultBalance;

type Told = Pick<BesideCalls, 'signature' | 'movements'> & {
  readonly tokenBalances: readonly AccountBalance[];
};

/** What was known of vaults that have no ledger, before a transaction; null where it touches none. */
export type KnownBefore = ReadonlyMap<Address, bigint> | null;

/** To be called before a transaction is folded. */
export function knownBefore(state: FoldState, { movements, tokenBalances }: Told): KnownBefore {
  let known: Map<Address, bigint> | null = null;
  const remember = (account: Address): void => {
    const balance = knownBalance(state, account);
    if (balance === undefined) return;
    known ??= new Map();
    known.set(account, balance);
  };
  for (const { account } of tokenBalances) remember(account);
  for (const { from, to } of movements) {
    // What has a balance was asked for already.
    if (balanceOf(tokenBalances, from) === undefined) remember(from);
    if (balanceOf(tokenBalances, to) === undefined) remember(to);
  }
  return known;
}

/** To be called after a transaction was folded: what only the transaction knew. */
export function besideOf(
  state: FoldState,
  { signature, movements, tokenBalances }: Told,
  known: KnownBefore,
  events: readonly ProtocolEvent[],
): BesideCalls | null {
  const holdsKnown = (account: Address): boolean =>
    known?.has(account) === true || knownBalance(state, account) !== undefined;
  const isVault = (account: Address): boolean => state.marketOfVault.has(account) || holdsKnown(account);
  const surprises = ({ account, before, after }: AccountBalance): boolean => {
    if (!holdsKnown(account)) {
      const isMarkets = state.marketOfVault.has(account);
      return isMarkets && (after ?? 0n) - (before ?? 0n) !== movedInto(account, movements);
    }
    const expected = known?.get(account) ?? 0n;
    return (before ?? 0n) !== expected || (after ?? 0n) !== expected + movedInto(account, movements);
  };
  let outside: TokenMovement[] | null = null;
  let untold: Set<Address> | null = null;
  for (const movement of movements) {
    const { from, to } = movement;
    if (!isInCall(events, movement) && (isVault(from) || isVault(to))) {
      outside ??= [];
      outside.push(movement);
    }
    for (const account of [from, to]) {
      if (balanceOf(tokenBalances, account) !== undefined || !isVault(account)) continue;
      untold ??= new Set();
      untold.add(account);
    }
  }
  const surprising = tokenBalances.some(surprises) ? tokenBalances.filter(surprises) : null;
  if (outside === null && surprising === null && untold === null) return null;
  return {
    signature,
    movements: outside ?? [],
    balances: (surprising ?? []).map(({ account, before, after }) => ({ account, before, after })),
    untold: [...(untold ?? [])],
  };
}

const isInCall = (events: readonly ProtocolEvent[], movement: TokenMovement): boolean =>
  events.some(({ movements }) => isAmong(movement, movements));

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
