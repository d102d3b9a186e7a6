import type { Report } from '../report.js';
import { measureLive } from './live.js';
import { measureRefold } from './measure-refold.js';
import { measureReplay } from './measure-replay.js';

/** What each measurement of the indexer gets. */
export interface IndexerBench {
  /** An empty folder of its own. */
  readonly dir: string;
  readonly runs: number;
  /** How many jobs the history has that is replayed. */
  readonly jobs: number;
  /** Where CPU profiles of the indexer go; undefined for none. */
  readonly profileDir: string | undefined;
  readonly report: Report;
  /** Tells the person who waits how far it is. */
  readonly progress: (line: string) => void;
}

/** The measurements by the figure that they are for. */
export const INDEXER_FIGURES: Readonly<Record<string, (bench: IndexerBench) => Promise<void>>> = {
  replay_tx_per_s: measureReplay,
  confirm_to_commit_p95_ms: measureLive,
  refold_events_per_s: measureRefold,
};
