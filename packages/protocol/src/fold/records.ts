import type { Address } from '@solana/kit';
import type { ChainPosition } from '../chain/position.js';
import type { ProtocolEvent } from '../events/event.js';
import type { BesideCalls } from './beside.js';
import type { ProgramChanges, ProgramSnapshot } from './program-records.js';

export type QueueType = 'jobs' | 'nodes' | 'empty';

/**
 * Where a job is in its life.
 * queued → running → finished (by its node) | ended (by its poster) | stopped (its node quit) ;
 * queued → delisted ; stopped → recovered | running again (claim) ; unqueued: an admin closed its run.
 * done: finished, or ended and completed, before an index began that knows only its account.
 */
export type JobStatus =
  | 'queued'
  | 'running'
  | 'finished'
  | 'ended'
  | 'done'
  | 'stopped'
  | 'delisted'
  | 'recovered'
  | 'unqueued';

export interface MarketRecord {
  readonly address: Address;
  readonly authority: Address;
  readonly vault: Address;
  /** Base units per second; for the whole job in eras C to G. */
  readonly jobPrice: bigint;
  /** Seconds. */
  readonly jobTimeout: bigint;
  /** Seconds that a done job's account is kept. */
  readonly jobExpiration: bigint;
  readonly jobType: number;
  readonly nodeAccessKey: Address;
  readonly nodeXnosMinimum: bigint;
  readonly queueType: QueueType;
  /** Job or node addresses, next first. */
  readonly queue: readonly Address[];
  /** Sum of the ledger: what the vault must hold, base units. */
  readonly vaultBalance: bigint;
  readonly openedAt: bigint | null;
  readonly closedAt: bigint | null;
  readonly updatedPosition: ChainPosition;
}

/** One life of a job account. Addresses can be reused, so `id` = address@listedPosition. */
export interface JobRecord {
  readonly id: string;
  readonly address: Address;
  readonly market: Address;
  readonly project: Address;
  readonly payer: Address;
  readonly node: Address | null;
  /** The node's current or last run. */
  readonly runId: string | null;
  readonly status: JobStatus;
  /** sha2-256 digests of the CIDs, hex. */
  readonly definitionDigest: string;
  readonly resultDigest: string | null;
  /** Base units per second, fixed at listing; see `pricedPerJob`. */
  readonly price: bigint;
  /** Seconds. */
  readonly timeout: bigint;
  readonly listedAt: bigint | null;
  readonly startedAt: bigint | null;
  /** When it was finished, ended, stopped, delisted. */
  readonly endedAt: bigint | null;
  readonly deposited: bigint;
  readonly paid: bigint;
  readonly refunded: bigint;
  readonly fees: bigint;
  /** null: before the folded history, which began with the job's account; sums count from there on. */
  readonly listedSignature: string | null;
  readonly listedPosition: ChainPosition;
  /** When the account was closed on chain (clean, delist, recover); the record stays. 0 where the time is unknown. */
  readonly closedAt: bigint | null;
  readonly updatedPosition: ChainPosition;
  /** A node quit this life of the job: on chain it stays stopped while claimed, so it can be claimed or recovered again. */
  readonly wasStopped?: boolean;
  /** Listed while prices were for the whole job (eras C to G): `price` is that, not per second. */
  readonly pricedPerJob?: boolean;
}

/** One attempt of a node at a job. `id` = run address@startedPosition. */
export interface RunRecord {
  readonly id: string;
  readonly address: Address;
  readonly jobId: string;
  readonly job: Address;
  readonly market: Address;
  readonly node: Address;
  readonly payer: Address;
  readonly startedAt: bigint | null;
  readonly endedAt: bigint | null;
  readonly endedBy: 'finish' | 'end' | 'quit' | 'quitAdmin' | null;
  /** Base units paid to the node. */
  readonly paid: bigint;
  /** null: before the folded history, which began with the run's account. */
  readonly startedSignature: string | null;
  readonly endedSignature: string | null;
  readonly startedPosition: ChainPosition;
}

export interface NodeRecord {
  readonly address: Address;
  readonly firstSeenAt: bigint | null;
  readonly lastSeenAt: bigint | null;
  /** Market in whose queue the node waits, null otherwise. */
  readonly queuedIn: Address | null;
  readonly runsStarted: number;
  readonly runsFinished: number;
  /** Runs that the poster ended. */
  readonly runsEnded: number;
  readonly runsQuit: number;
  /** Base units. */
  readonly earned: bigint;
}

/** opening: what a vault held when an index began in the middle of history; no transfer of its own. */
export type LedgerKind = 'deposit' | 'payout' | 'refund' | 'fee' | 'close' | 'other' | 'opening';

/**
 * One token movement that touches a market's vault, or a fee paid beside it. `vaultDelta` is positive into the vault,
 * 0 for fees.
 */
export interface LedgerEntry {
  /** Position of the transfer; unique. Between two vaults the receiving side has `+` appended. */
  readonly position: ChainPosition;
  /** null for an opening. */
  readonly signature: string | null;
  readonly slot: bigint;
  readonly blockTime: bigint | null;
  readonly market: Address;
  readonly jobId: string | null;
  readonly kind: LedgerKind;
  readonly from: Address;
  readonly to: Address;
  readonly fromOwner: Address | null;
  readonly toOwner: Address | null;
  readonly amount: bigint;
  readonly vaultDelta: bigint;
}

/** Something that the rules say cannot be, kept for people to see. */
export interface Anomaly {
  readonly position: ChainPosition;
  readonly signature: string;
  readonly message: string;
}

/** Everything that one transaction changed: full rows to upsert, and rows to append. */
export interface ChangeSet extends ProgramChanges {
  readonly events: readonly ProtocolEvent[];
  readonly markets: readonly MarketRecord[];
  readonly jobs: readonly JobRecord[];
  readonly runs: readonly RunRecord[];
  readonly nodes: readonly NodeRecord[];
  readonly ledger: readonly LedgerEntry[];
  readonly anomalies: readonly Anomaly[];
  /** What its events do not tell; at most one. */
  readonly beside: readonly BesideCalls[];
}

/** What a fold needs to go on where it stopped: every record that can still change. */
export interface NetworkSnapshot extends ProgramSnapshot {
  readonly markets: readonly MarketRecord[];
  /** Jobs whose account is still open, or that are still queued or running though an admin closed it. */
  readonly jobs: readonly JobRecord[];
  /** Runs still open. */
  readonly runs: readonly RunRecord[];
  readonly nodes: readonly NodeRecord[];
}
