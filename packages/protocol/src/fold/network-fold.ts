import type { Address } from '@solana/kit';
import type { ChainTransaction } from '../chain/transaction.js';
import { asDecoded } from '../events/as-decoded.js';
import { decodeTransaction } from '../events/decode.js';
import type { ProtocolEvent } from '../events/event.js';
import { tokenMovements } from '../events/token-movements.js';
import type { NetworkConfig } from '../network/config.js';
import { allMovements, type BesideCalls, besideOf, impliedBalances, knownBefore } from './beside.js';
import { bookMovements } from './booking.js';
import { handlerOf } from './handlers.js';
import type { ChangeSet, JobRecord, NetworkSnapshot } from './records.js';
import { NODES_HANDLERS } from './registrations.js';
import { REWARDS_HANDLERS } from './rewards.js';
import { STAKING_HANDLERS } from './stakes.js';
import { createState, type FoldState, snapshotOf } from './state.js';
import { type Changes, changeSetOf, createChanges, type Involved, report, type Step } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';
import {
  bookStrays,
  checkVaults,
  type FoldedTransaction,
  type Folding,
  holdsOthers,
  setVaults,
} from './vaults.js';

/** What is stored of a transaction, as much of it as folding takes. */
export interface StoredTransaction
  extends Pick<ChainTransaction, 'signature' | 'slot' | 'index' | 'blockTime'> {
  readonly failed: boolean;
  /** As a fold gave them. */
  readonly events: readonly ProtocolEvent[];
  /** As a fold gave it; null where it gave nothing. */
  readonly beside: BesideCalls | null;
}

/** Turns transactions, given in chain order, into the network's state. */
export interface NetworkFold {
  /** Folds the next transaction and tells what it changed. Failed ones give events only. Never throws for what a chain can hold. */
  apply(tx: ChainTransaction): ChangeSet;
  /** Repeats what `apply` did, from what is stored of a transaction; its events carry what follows from the state anew. */
  replay(tx: StoredTransaction): ChangeSet;
  /** Everything that later transactions can still change; a fold created from it goes on exactly here. */
  snapshot(): NetworkSnapshot;
}

function withInvolved(event: ProtocolEvent, involved: Involved): ProtocolEvent {
  const market = known(involved.market, event.market);
  const job = known(involved.job?.address ?? involved.run?.job, event.job);
  const run = known(involved.run?.address, event.run);
  const node = known(involved.node, event.node);
  const project = known(involved.job?.project, event.project);
  const isSame =
    market === event.market &&
    job === event.job &&
    run === event.run &&
    node === event.node &&
    project === event.project;
  return isSame ? event : { ...event, market, job, run, node, project };
}

const known = (value: Address | undefined, otherwise: Address | null): Address | null =>
  value === undefined || value === UNKNOWN_ADDRESS ? otherwise : value;

/** Only `extend` looks back: a new listing must not see the former life of its address. */
function jobBefore(state: FoldState, event: ProtocolEvent): JobRecord | undefined {
  return event.instruction === 'extend' && event.job !== null ? state.jobs.get(event.job) : undefined;
}

function foldJobsEvent(step: Step): ProtocolEvent {
  const { event, state } = step;
  const handler = handlerOf(event);
  if (handler === null) return withInvolved(event, bookMovements(step, {}, undefined));
  const before = jobBefore(state, event);
  return withInvolved(event, bookMovements(step, handler(step), before));
}

const OTHERS = { nodes: NODES_HANDLERS, staking: STAKING_HANDLERS, rewards: REWARDS_HANDLERS } as const;

function foldEvent(step: Step): ProtocolEvent {
  const { event } = step;
  if (event.failed) return event;
  if (event.instruction === 'unknown') {
    report(step, `a call of the ${event.program} program has data that no known instruction has`);
  }
  if (event.program === 'jobs') return foldJobsEvent(step);
  OTHERS[event.program][event.instruction]?.(step);
  return event;
}

/** A closed job is forgotten once nothing on chain refers to it. */
function forgetClosed(state: FoldState, changes: Changes): void {
  if (changes.jobs.size === 0) return;
  for (const job of changes.jobs.values()) {
    const isOver = job.closedAt !== null && job.status !== 'queued' && !state.runsOfJob.has(job.id);
    if (isOver && state.jobs.get(job.address)?.id === job.id) state.jobs.delete(job.address);
  }
}

/**
 * Creates a fold that starts empty or from a snapshot. The same transactions on the same snapshot give the same changes.
 * Starting in the middle of history is allowed: what was never seen is made up from the instructions that name it,
 * with `UNKNOWN_ADDRESS`, `UNKNOWN_DIGEST` and anomalies to tell.
 */
export function createNetworkFold(network: NetworkConfig, snapshot?: NetworkSnapshot): NetworkFold {
  const state = createState(snapshot);
  let used: Changes | undefined;

  const fold = (
    tx: FoldedTransaction,
    events: readonly ProtocolEvent[],
    failed: boolean,
    finish: (changes: Changes) => void,
  ): ChangeSet => {
    const changes = createChanges(used);
    used = changes;
    const balances = tx.tokenBalances;
    const folding: Folding = { tx, state, changes, balances };
    const held = !failed && holdsOthers(folding);
    if (held) setVaults(folding, 'before');
    for (const event of events) changes.events.push(foldEvent({ event, state, changes, balances }));
    if (!failed) {
      bookStrays(folding);
      checkVaults(folding);
      // Only calls of these programs make vaults that were none before.
      if (held || events.some(({ program }) => program === 'staking' || program === 'rewards')) {
        setVaults(folding, 'after');
      }
      finish(changes);
      forgetClosed(state, changes);
    }
    return changeSetOf(changes);
  };

  return {
    apply(tx) {
      const { signature, slot, index, blockTime, tokenBalances } = tx;
      const movements = tokenMovements(tx.instructions, tokenBalances);
      const events = decodeTransaction(tx, network, movements);
      const told = { signature, slot, index, blockTime, movements, tokenBalances };
      const known = knownBefore(state, told);
      return fold(told, events, tx.error !== null, (changes) => {
        const beside = besideOf(state, told, known, changes.events);
        if (beside !== null) changes.beside.push(beside);
      });
    },
    replay({ signature, slot, index, blockTime, failed, events, beside }) {
      const movements = allMovements(events, beside);
      const tokenBalances = failed ? [] : impliedBalances(state, movements, beside);
      const told = { signature, slot, index, blockTime, movements, tokenBalances };
      return fold(told, events.map(asDecoded), failed, (changes) => {
        if (beside !== null) changes.beside.push(beside);
      });
    },
    snapshot: () => snapshotOf(state),
  };
}
