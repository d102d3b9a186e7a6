import { copyField, jsonText, TABLES } from '@inferscan/db';
import type {
  BesideCalls,
  ChainTransaction,
  LedgerEntry,
  ProtocolEvent,
  TokenMovement,
} from '@inferscan/protocol';

// Lines of COPY for the tables that get most rows: what `rows.ts` and `writeRows` make, written out for speed. Keys,
// signatures and positions are base58 and digits, which neither JSON nor COPY changes.

const NULL = '\\N';
const orNull = (value: string | bigint | null): string | bigint => value ?? NULL;
const flag = (value: boolean): string => (value ? 't' : 'f');

export const TRANSACTION_COLUMNS = Object.keys(TABLES.chainTransaction.columns);
export const EVENT_COLUMNS = Object.keys(TABLES.event.columns);
export const LEDGER_COLUMNS = Object.keys(TABLES.ledgerEntry.columns);

export function transactionLine(tx: ChainTransaction, beside: BesideCalls | undefined): string {
  const error = tx.error === null ? NULL : copyField(tx.error);
  const besideText = beside === undefined ? NULL : copyField(jsonText(beside));
  return `${tx.signature}\t${tx.slot}\t${tx.index}\t${orNull(tx.blockTime)}\t${error}\t${tx.feePayer}\t${tx.fee}\t${besideText}\n`;
}

export function eventLine(event: ProtocolEvent): string {
  const { path, args, movements } = event;
  const accounts = JSON.stringify(event.accounts);
  // Only arguments can hold text that somebody made up.
  const argsText = event.program === 'jobs' ? JSON.stringify(args) : jsonText(args);
  const moved = movements.length === 0 ? '[]' : `[${movements.map(movementText).join()}]`;
  return `${event.position}\t${event.signature}\t${event.slot}\t${event.index}\t{${path.join()}}\t${orNull(event.blockTime)}\t${flag(event.failed)}\t${event.program}\t${event.form}\t${event.instruction}\t${accounts}\t${copyField(argsText)}\t${moved}\t${orNull(event.market)}\t${orNull(event.job)}\t${orNull(event.run)}\t${orNull(event.node)}\t${orNull(event.project)}\n`;
}

const quoted = (key: string | null): string => (key === null ? 'null' : `"${key}"`);

const movementText = ({ path, from, to, fromOwner, toOwner, mint, amount }: TokenMovement): string =>
  `{"path":[${path.join()}],"from":"${from}","to":"${to}","fromOwner":${quoted(fromOwner)},"toOwner":${quoted(toOwner)},"mint":${quoted(mint)},"amount":"${amount}"}`;

export function ledgerLine(entry: LedgerEntry): string {
  return `${entry.position}\t${orNull(entry.signature)}\t${entry.slot}\t${orNull(entry.blockTime)}\t${entry.market}\t${orNull(entry.jobId)}\t${entry.kind}\t${entry.from}\t${entry.to}\t${orNull(entry.fromOwner)}\t${orNull(entry.toOwner)}\t${entry.amount}\t${entry.vaultDelta}\n`;
}
