import { type CopyLines, copyField, jsonText, TABLES } from '@inferscan/db';
import type {
  BesideCalls,
  ChainTransaction,
  JobRecord,
  LedgerEntry,
  ProtocolEvent,
  RunRecord,
  TokenMovement,
} from '@inferscan/protocol';

import { cidOf } from '../cid.js';

// Lines of COPY for the tables that get most rows: what `rows.ts` and `writeRows` make, written out for speed. Keys,
// signatures and positions are base58 and digits, which neither JSON nor COPY changes.

const NULL = '\\N';
const orNull = (value: string | bigint | null): string | bigint => value ?? NULL;
const flag = (value: boolean): string => (value ? 't' : 'f');

export const TRANSACTION_COLUMNS = Object.keys(TABLES.chainTransaction.columns);
export const EVENT_COLUMNS = Object.keys(TABLES.event.columns);
export const LEDGER_COLUMNS = Object.keys(TABLES.ledgerEntry.columns);
export const JOB_COLUMNS = Object.keys(TABLES.job.columns);
export const RUN_COLUMNS = Object.keys(TABLES.run.columns);

/** The text of the value before: what comes one after the other has the same slot and time. */
function remembered(): (value: bigint) => string {
  let [last, text] = [0n, '0'];
  return (value) => {
    if (value !== last) [last, text] = [value, value.toString()];
    return text;
  };
}
const slotText = remembered();
const someTimeText = remembered();
const timeText = (time: bigint | null): string => (time === null ? NULL : someTimeText(time));

export function addTransaction(
  lines: CopyLines,
  { signature, slot, index, blockTime, error, feePayer, fee }: ChainTransaction,
  beside: BesideCalls | undefined,
): void {
  const start = `${signature}\t${slotText(slot)}\t${index}\t${timeText(blockTime)}\t`;
  if (error === null && beside === undefined) {
    lines.addPlain(`${start}${NULL}\t${feePayer}\t${fee}\t${NULL}\n`);
    return;
  }
  const errorText = error === null ? NULL : copyField(error);
  const besideText = beside === undefined ? NULL : copyField(jsonText(beside));
  lines.add(`${start}${errorText}\t${feePayer}\t${fee}\t${besideText}\n`);
}

export function addEvent(lines: CopyLines, event: ProtocolEvent): void {
  const { position, signature, slot, index, path, blockTime, failed, program, form, instruction } = event;
  const { args, movements, market, job, run, node, project } = event;
  const accounts = JSON.stringify(event.accounts);
  const start = `${position}\t${signature}\t${slotText(slot)}\t${index}\t{${path.join()}}\t${timeText(blockTime)}\t${flag(failed)}\t${program}\t${form}\t${instruction}\t${accounts}\t`;
  const moved = movements.length === 0 ? '[]' : `[${movements.map(movementText).join()}]`;
  const rest = `\t${moved}\t${orNull(market)}\t${orNull(job)}\t${orNull(run)}\t${orNull(node)}\t${orNull(project)}\n`;
  // Only arguments can hold text that somebody made up, and those of jobs are digests and numbers.
  if (program === 'jobs') lines.addPlain(`${start}${JSON.stringify(args)}${rest}`);
  else lines.add(`${start}${copyField(jsonText(args))}${rest}`);
}

const quoted = (key: string | null): string => (key === null ? 'null' : `"${key}"`);

const movementText = ({ path, from, to, fromOwner, toOwner, mint, amount }: TokenMovement): string =>
  `{"path":[${path.join()}],"from":"${from}","to":"${to}","fromOwner":${quoted(fromOwner)},"toOwner":${quoted(toOwner)},"mint":${quoted(mint)},"amount":"${amount}"}`;

export function addLedgerEntry(lines: CopyLines, entry: LedgerEntry): void {
  const { position, signature, slot, blockTime, market, jobId, kind, amount, vaultDelta } = entry;
  lines.addPlain(
    `${position}\t${orNull(signature)}\t${slotText(slot)}\t${timeText(blockTime)}\t${market}\t${orNull(jobId)}\t${kind}\t${entry.from}\t${entry.to}\t${orNull(entry.fromOwner)}\t${orNull(entry.toOwner)}\t${amount}\t${vaultDelta}\n`,
  );
}

const orNone = (cid: string | null): string => (cid === null ? NULL : cidOf(cid));

export function addJob(lines: CopyLines, job: JobRecord): void {
  const { definitionDigest, resultDigest, listedAt, startedAt, endedAt, closedAt } = job;
  lines.addPlain(
    `${job.id}\t${job.address}\t${job.market}\t${job.project}\t${job.payer}\t${orNull(job.node)}\t${orNull(job.runId)}\t${job.status}\t${definitionDigest}\t${cidOf(definitionDigest)}\t${orNull(resultDigest)}\t${orNone(resultDigest)}\t${job.price}\t${job.timeout}\t${orNull(listedAt)}\t${orNull(startedAt)}\t${orNull(endedAt)}\t${job.deposited}\t${job.paid}\t${job.refunded}\t${job.fees}\t${orNull(job.listedSignature)}\t${job.listedPosition}\t${orNull(closedAt)}\t${job.updatedPosition}\t${flag(job.wasStopped ?? false)}\t${flag(job.pricedPerJob ?? false)}\n`,
  );
}

export function addRun(lines: CopyLines, run: RunRecord): void {
  lines.addPlain(
    `${run.id}\t${run.address}\t${run.jobId}\t${run.job}\t${run.market}\t${run.node}\t${run.payer}\t${orNull(run.startedAt)}\t${orNull(run.endedAt)}\t${orNull(run.endedBy)}\t${run.paid}\t${orNull(run.startedSignature)}\t${orNull(run.endedSignature)}\t${run.startedPosition}\n`,
  );
}
