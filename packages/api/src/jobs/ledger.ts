import type { LedgerKind } from '@inferscan/protocol';
import { type Finality, finalityOf } from '../network/finality.js';
import { big, intOrNull, type Numeric } from '../read/columns.js';

/** One token movement that touched a market's vault. Amounts in NOS base units. */
export interface LedgerRow {
  position: string;
  signature: string;
  slot: bigint;
  finality: Finality;
  blockTime: number | null;
  market: string;
  jobId: string | null;
  kind: LedgerKind;
  from: string;
  to: string;
  fromOwner: string | null;
  toOwner: string | null;
  amount: bigint;
  /** Positive into the vault. */
  vaultDelta: bigint;
}

export interface LedgerSqlRow {
  position: string;
  signature: string;
  slot: Numeric;
  block_time: Numeric | null;
  market: string;
  job_id: string | null;
  kind: string;
  from: string;
  to: string;
  from_owner: string | null;
  to_owner: string | null;
  amount: Numeric;
  vault_delta: Numeric;
}

export const LEDGER_COLUMNS = `l.position, l.signature, l.slot, l.block_time, l.market, l.job_id, l.kind,
  l."from", l."to", l.from_owner, l.to_owner, l.amount, l.vault_delta`;

export function toLedgerRow(row: LedgerSqlRow, finalizedSlot: bigint): LedgerRow {
  const slot = big(row.slot);
  return {
    position: row.position,
    signature: row.signature,
    slot,
    finality: finalityOf(slot, finalizedSlot),
    blockTime: intOrNull(row.block_time),
    market: row.market,
    jobId: row.job_id,
    kind: row.kind as LedgerKind,
    from: row.from,
    to: row.to,
    fromOwner: row.from_owner,
    toOwner: row.to_owner,
    amount: big(row.amount),
    vaultDelta: big(row.vault_delta),
  };
}
