import type { Address } from '@solana/kit';
import { chainPosition } from '../chain/position.js';
import type { ChainTransaction } from '../chain/transaction.js';
import { decodeTransaction } from '../events/decode.js';
import type { ProtocolEvent, TokenMovement } from '../events/event.js';
import { balancesByAccount, tokenMovements } from '../events/token-movements.js';
import type { NetworkConfig } from '../network/config.js';
import { bookMovements, bookStray } from './booking.js';
import { handlerOf } from './handlers.js';
import type { ChangeSet, JobRecord, NetworkSnapshot } from './records.js';
import { createState, type FoldState, snapshotOf } from './state.js';
import { type Changes, changeSetOf, createChanges, type Involved, report, type Step } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

/** Turns transactions, given in chain order, into the network's state. */
export interface NetworkFold {
  /** Folds the next transaction and tells what it changed. Failed ones give events only. Never throws for what a chain can hold. */
  apply(tx: ChainTransaction): ChangeSet;
  /** Everything that later transactions can still change; a fold created from it goes on exactly here. */
  snapshot(): NetworkSnapshot;
}

function withInvolved(event: ProtocolEvent, involved: Involved): ProtocolEvent {
  const known = (value: Address | undefined, otherwise: Address | null) =>
    value === undefined || value === UNKNOWN_ADDRESS ? otherwise : value;
  return {
    ...event,
    market: known(involved.market, event.market),
    job: known(involved.job?.address ?? involved.run?.job, event.job),
    run: known(involved.run?.address, event.run),
    node: known(involved.node, event.node),
    project: known(involved.job?.project, event.project),
  };
}

function foldEvent(step: Step): ProtocolEvent {
  const { event, state } = step;
  if (event.failed) return event;
  if (event.instruction === 'unknown') {
    report(step, `a call of the ${event.program} program has data that no known instruction has`);
  }
  if (event.program !== 'jobs') return event;
  const handler = handlerOf(event);
  if (handler === null) return withInvolved(event, bookMovements(step, {}, undefined));
  const before = jobBefore(state, event);
  return withInvolved(event, bookMovements(step, handler(step), before));
}

/** Only `extend` looks back: a new listing must not see the former life of its address. */
function jobBefore(state: FoldState, event: ProtocolEvent): JobRecord | undefined {
  return event.instruction === 'extend' && event.job !== null ? state.jobs.get(event.job) : undefined;
}

/** A step for what happens beside the program's own calls. */
function strayStep(
  state: FoldState,
  changes: Changes,
  tx: ChainTransaction,
  path: TokenMovement['path'],
): Step {
  return {
    state,
    changes,
    event: {
      position: chainPosition(tx.slot, tx.index, path),
      signature: tx.signature,
      slot: tx.slot,
      index: tx.index,
      path,
      blockTime: tx.blockTime,
      failed: false,
      program: 'jobs',
      form: '',
      instruction: 'unknown',
      accounts: {},
      args: {},
      market: null,
      job: null,
      run: null,
      node: null,
      project: null,
      movements: [],
    },
  };
}

function bookStrays(state: FoldState, changes: Changes, tx: ChainTransaction): void {
  const calls = changes.events.filter(({ program }) => program === 'jobs');
  const booked = new Set(calls.flatMap(({ movements }) => movements.map(({ path }) => path.join())));
  for (const movement of tokenMovements(tx.instructions, balancesByAccount(tx.tokenBalances))) {
    const touchesVault = state.marketOfVault.has(movement.from) || state.marketOfVault.has(movement.to);
    if (!touchesVault || booked.has(movement.path.join())) continue;
    bookStray(strayStep(state, changes, tx, movement.path), movement);
  }
}

/** What the chain says of a vault before and after must be what its transfers add up to. */
function checkVaults(state: FoldState, changes: Changes, tx: ChainTransaction): void {
  for (const { account, before, after } of tx.tokenBalances) {
    const market = state.marketOfVault.get(account);
    if (market === undefined) continue;
    const moved = (after ?? 0n) - (before ?? 0n);
    const booked = changes.ledger.reduce(
      (sum, entry) => (entry.market === market ? sum + entry.vaultDelta : sum),
      0n,
    );
    if (moved !== booked) {
      const step = strayStep(state, changes, tx, [0]);
      report(step, `vault of market ${market} changed by ${moved}, its transfers add up to ${booked}`);
    }
  }
}

/** A closed job is forgotten once nothing on chain refers to it. */
function forgetClosed(state: FoldState, changes: Changes): void {
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
  return {
    apply(tx) {
      const changes = createChanges();
      for (const event of decodeTransaction(tx, network)) {
        changes.events.push(foldEvent({ event, state, changes }));
      }
      if (tx.error === null) {
        bookStrays(state, changes, tx);
        checkVaults(state, changes, tx);
        forgetClosed(state, changes);
      }
      return changeSetOf(changes);
    },
    snapshot: () => snapshotOf(state),
  };
}
