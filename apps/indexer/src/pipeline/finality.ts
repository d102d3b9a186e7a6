import { pause } from '../rpc/backoff.js';
import type { ChainSource, ListedTransaction } from '../source/chain-source.js';
import type { Store } from '../store/store.js';

/** What is stored and what the chain has do not agree: transactions were dropped by a fork, or were missed. */
export class ForkError extends Error {
  override readonly name = 'ForkError';

  constructor(
    /** Everything in slots up to this one agrees. */
    readonly lastGoodSlot: bigint,
    reason: string,
  ) {
    super(reason);
  }
}

export interface FinalityDeps {
  readonly source: Pick<ChainSource, 'standing' | 'finalBlockhash' | 'finalTransactions'>;
  readonly store: Pick<Store, 'pending' | 'transactionsIn' | 'marks' | 'finalize' | 'rollBack'>;
}

const RETRY_MS = 200;

/**
 * Proves that what was stored before it was final is on the finalized chain, as far as that has got, and marks it.
 * The hash of a block stands for all blocks before it; the list of signatures shows that what was read came from them.
 * @returns whether anything was proven
 * @throws ForkError
 */
export async function settle(
  { source, store }: FinalityDeps,
  finalizedSlot: bigint,
  signal: AbortSignal,
): Promise<boolean> {
  const pending = await store.pending();
  const due = pending.blocks.filter(({ slot }) => slot <= finalizedSlot);
  const newest = due.at(-1);
  if (newest === undefined) return false;
  await requireSame(source, newest, pending.finalizedSlot, signal);
  const upTo = newest.slot;
  await requireSameTransactions({ source, store }, { after: pending.finalizedSlot, upTo }, signal);
  await store.finalize(upTo);
  return true;
}

/**
 * Proves everything up to a slot, which is final on the chain, also where nothing was stored.
 * @throws ForkError
 */
export async function settleUpTo(deps: FinalityDeps, slot: bigint, signal: AbortSignal): Promise<void> {
  await settle(deps, slot, signal);
  const { finalizedSlot } = await deps.store.pending();
  if (finalizedSlot >= slot) return;
  await requireSameTransactions(deps, { after: finalizedSlot, upTo: slot }, signal);
  await deps.store.finalize(slot);
}

/** Compares the finalized list with what is stored. @throws ForkError */
async function requireSameTransactions(
  { source, store }: FinalityDeps,
  { after, upTo }: { readonly after: bigint; readonly upTo: bigint },
  signal: AbortSignal,
): Promise<void> {
  const [stored, marks] = await Promise.all([store.transactionsIn(after, upTo), store.marks(after)]);
  // A node may list less for a moment; what it lists twice is believed.
  for (let tries = 0; ; tries++) {
    const final = await source.finalTransactions({ after, upTo, marks }, signal);
    const differing = firstDifference(stored, final);
    if (differing === null) return;
    if (tries > 0) {
      throw new ForkError(differing - 1n, `slot ${differing} holds other transactions than those stored`);
    }
    await pause(RETRY_MS, signal);
  }
}

async function requireSame(
  source: FinalityDeps['source'],
  { slot, blockhash }: { slot: bigint; blockhash: string },
  lastGoodSlot: bigint,
  signal: AbortSignal,
): Promise<void> {
  let hash = await source.finalBlockhash(slot, signal);
  // The node that told of finality and the one that is asked now may be two.
  for (let tries = 0; hash === null && tries < 5; tries++) {
    await pause(RETRY_MS, signal);
    hash = await source.finalBlockhash(slot, signal);
  }
  if (hash !== blockhash) {
    const reason = hash === null ? 'has no block on the finalized chain' : `is final as block ${hash}`;
    throw new ForkError(lastGoodSlot, `slot ${slot} was stored from block ${blockhash} and ${reason}`);
  }
}

/** The first slot in which one list has a transaction that the other has not there; null when they are the same. */
function firstDifference(
  left: readonly ListedTransaction[],
  right: readonly ListedTransaction[],
): bigint | null {
  const name = ({ signature, slot }: ListedTransaction): string => `${slot} ${signature}`;
  const [inLeft, inRight] = [new Set(left.map(name)), new Set(right.map(name))];
  const differing = [
    ...left.filter((one) => !inRight.has(name(one))),
    ...right.filter((one) => !inLeft.has(name(one))),
  ];
  return differing.reduce<bigint | null>(
    (first, { slot }) => (first === null || slot < first ? slot : first),
    null,
  );
}

/** What a rollback did. */
export interface RolledBack {
  /** Everything above it was taken back. */
  readonly toSlot: bigint;
  readonly transactions: number;
}

/**
 * Finds how far what is stored is still on the chain and takes back the rest.
 * Null when all of it is there: then it was no fork.
 */
export async function rollBackFork(
  { source, store }: FinalityDeps,
  signal: AbortSignal,
): Promise<RolledBack | null> {
  const { blocks, finalizedSlot } = await store.pending();
  const newest = blocks.at(-1);
  if (newest === undefined) return null;
  const toSlot = (await source.standing(blocks, signal)) ?? finalizedSlot;
  if (toSlot >= newest.slot) return null;
  return { toSlot, transactions: await store.rollBack(toSlot) };
}
