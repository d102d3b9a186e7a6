import type { JobsInstructionName } from '@inferscan/protocol';
import { type Finality, finalityOf } from '../network/finality.js';
import { big, intOrNull, type Numeric } from '../read/columns.js';

/** One instruction as it happened; its human meaning is the reader's to write. */
export interface EventRow {
  position: string;
  signature: string;
  slot: bigint;
  /** Unix seconds. */
  blockTime: number | null;
  finality: Finality;
  /** Failed ones changed nothing. */
  failed: boolean;
  instruction: JobsInstructionName | 'unknown';
  accounts: Record<string, string>;
  args: Record<string, string>;
  market: string | null;
  job: string | null;
  run: string | null;
  node: string | null;
  project: string | null;
}

export interface EventSqlRow {
  position: string;
  signature: string;
  slot: Numeric;
  block_time: Numeric | null;
  failed: boolean;
  instruction: string;
  accounts: Record<string, string>;
  args: Record<string, string>;
  market: string | null;
  job: string | null;
  run: string | null;
  node: string | null;
  project: string | null;
}

export const EVENT_COLUMNS = `e.position, e.signature, e.slot, e.block_time, e.failed, e.instruction,
  e.accounts, e.args, e.market, e.job, e.run, e.node, e.project`;

export function toEventRow(row: EventSqlRow, finalizedSlot: bigint): EventRow {
  const slot = big(row.slot);
  return {
    position: row.position,
    signature: row.signature,
    slot,
    blockTime: intOrNull(row.block_time),
    finality: finalityOf(slot, finalizedSlot),
    failed: row.failed,
    instruction: row.instruction as EventRow['instruction'],
    accounts: row.accounts,
    args: row.args,
    market: row.market,
    job: row.job,
    run: row.run,
    node: row.node,
    project: row.project,
  };
}
