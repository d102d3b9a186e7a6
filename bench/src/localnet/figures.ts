import type { Report } from '../report.js';
import { measureConfirmation } from './confirmation.js';
import { measureMemory } from './memory.js';
import { measureProgramAccounts } from './program-accounts.js';
import { measureRestart } from './restart.js';
import { measureSendRate } from './send-rate.js';
import { measureStart } from './start.js';

/** What each measurement of the localnet gets. */
export interface LocalnetBench {
  /** An empty folder of its own. */
  readonly dataDir: string;
  readonly runs: number;
  /** Where CPU profiles of the localnet go; undefined for none. */
  readonly profileDir: string | undefined;
  readonly report: Report;
  /** Tells the person who waits how far it is. */
  readonly progress: (line: string) => void;
}

/** The measurements by the figure that they are for. */
export const LOCALNET_FIGURES: Readonly<Record<string, (bench: LocalnetBench) => Promise<void>>> = {
  start_ms: measureStart,
  send_tx_per_s: measureSendRate,
  confirm_p99_slots: measureConfirmation,
  gpa_20k_ms: measureProgramAccounts,
  rss_mb: measureMemory,
  restart_1m_tx_ms: measureRestart,
};
