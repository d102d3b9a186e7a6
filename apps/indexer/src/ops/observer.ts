import type { Progress } from '../pipeline/follow.js';
import type { Finishing } from '../store/store.js';
import type { Stage } from './stages.js';

/** What this process is to the database. */
export type Role =
  /** It tries to become the writer, or to reach the database. */
  | 'starting'
  /** Another indexer writes; this one takes over when that one ends. */
  | 'standby'
  | 'writer';

/** One call of an RPC's method. */
export interface RpcCallRecord {
  /** The server without keys. */
  readonly endpoint: string;
  readonly method: string;
  /** ok, or the code of the error. */
  readonly outcome: string;
}

/** Hears what an indexer does. Nothing of it may take long. */
export interface IndexerObserver {
  role?(role: Role): void;
  progress?(progress: Progress): void;
  finishing?(finishing: Finishing): void;
  stage?(stage: Stage, seconds: number): void;
  rollback?(transactions: number): void;
  call?(record: RpcCallRecord): void;
}

/** Tells several of the same. */
export function observeAll(observers: readonly IndexerObserver[]): Required<IndexerObserver> {
  return {
    role: (role) => observers.forEach((each) => void each.role?.(role)),
    progress: (progress) => observers.forEach((each) => void each.progress?.(progress)),
    finishing: (finishing) => observers.forEach((each) => void each.finishing?.(finishing)),
    stage: (stage, seconds) => observers.forEach((each) => void each.stage?.(stage, seconds)),
    rollback: (transactions) => observers.forEach((each) => void each.rollback?.(transactions)),
    call: (record) => observers.forEach((each) => void each.call?.(record)),
  };
}
