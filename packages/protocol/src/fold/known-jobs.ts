import type { Address } from '@solana/kit';
import type { ProtocolEvent } from '../events/event.js';
import type { JobRecord, JobStatus } from './records.js';
import { report, type Step, saveJob, timeOf } from './step.js';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from './unknown.js';

/** Whether the job's listing was seen; else its record was made up from the instructions that name it. */
export const isKnownJob = (job: JobRecord): boolean => job.definitionDigest !== UNKNOWN_DIGEST;

/** Instructions whose `payer` is the job's; elsewhere it is the run's. */
const NAME_JOB_PAYER: readonly string[] = ['delist', 'extend', 'recover'];

function payerOf({ accounts, instruction }: ProtocolEvent): Address {
  const payer = NAME_JOB_PAYER.includes(instruction) ? accounts.payer : accounts.payerJob;
  // Until L a project's deposit went back to the project, whoever had paid.
  return payer ?? (instruction === 'finish' ? accounts.project : undefined) ?? UNKNOWN_ADDRESS;
}

/** What the event's accounts tell of a job whose listing lies before the folded history. */
function unknownJob({ event }: Step, address: Address, status: JobStatus): JobRecord {
  return {
    id: `${address}@${event.position}`,
    address,
    market: event.market ?? UNKNOWN_ADDRESS,
    project: event.project ?? UNKNOWN_ADDRESS,
    payer: payerOf(event),
    node: event.node,
    runId: null,
    status,
    definitionDigest: UNKNOWN_DIGEST,
    resultDigest: null,
    price: 0n,
    timeout: 0n,
    listedAt: null,
    startedAt: null,
    endedAt: null,
    deposited: 0n,
    paid: 0n,
    refunded: 0n,
    fees: 0n,
    listedSignature: event.signature,
    listedPosition: event.position,
    closedAt: null,
    updatedPosition: event.position,
  };
}

/** The record of a job, made up with an anomaly where history before this event is missing. */
export function jobOf(step: Step, address: Address, statusIfUnknown: JobStatus): JobRecord {
  const known = step.state.jobs.get(address);
  if (known) return known;
  report(step, `job ${address} is not known: its history before this is missing`);
  return saveJob(step, unknownJob(step, address, statusIfUnknown));
}

/** The job's account is gone; its record stays. */
export const closed = (step: Step, job: JobRecord): JobRecord => ({
  ...job,
  closedAt: timeOf(step.event),
  updatedPosition: step.event.position,
});
