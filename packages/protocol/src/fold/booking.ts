import type { TokenMovement } from '../events/event.js';
import { movementKinds } from '../ledger/classify.js';
import { ledgerEntries } from '../ledger/entry.js';
import { isKnownJob } from './known-jobs.js';
import { updateNode } from './nodes.js';
import type { JobRecord, LedgerEntry, LedgerKind, RunRecord } from './records.js';
import { type Involved, report, type Step, saveJob, saveMarket, saveRun } from './step.js';

function enter(
  step: Step,
  movement: TokenMovement,
  kind: LedgerKind,
  involved: Involved,
): readonly LedgerEntry[] {
  const { state, changes, event } = step;
  const entries = ledgerEntries(event, movement, kind, involved.job?.id ?? null, {
    source: state.marketOfVault.get(movement.from),
    target: state.marketOfVault.get(movement.to),
    fee: involved.market ?? null,
  });
  for (const entry of entries) {
    changes.ledger.push(entry);
    const market = state.markets.get(entry.market);
    if (market === undefined) continue;
    const vaultBalance = market.vaultBalance + entry.vaultDelta;
    saveMarket(step, { ...market, vaultBalance, updatedPosition: event.position });
  }
  return entries;
}

function sumOf(entries: readonly LedgerEntry[], kind: LedgerKind): bigint {
  let sum = 0n;
  for (const entry of entries) if (entry.kind === kind) sum += entry.amount;
  return sum;
}

const usedNoTime = ({ startedAt, endedAt }: RunRecord) =>
  startedAt !== null && endedAt !== null && endedAt <= startedAt;

function creditJob(step: Step, job: JobRecord, entries: readonly LedgerEntry[]): JobRecord {
  const current = step.changes.jobs.get(job.id) ?? job;
  return saveJob(step, {
    ...current,
    deposited: current.deposited + sumOf(entries, 'deposit'),
    paid: current.paid + sumOf(entries, 'payout'),
    refunded: current.refunded + sumOf(entries, 'refund'),
    fees: current.fees + sumOf(entries, 'fee'),
    updatedPosition: step.event.position,
  });
}

function creditRun(step: Step, run: RunRecord, paid: bigint): RunRecord {
  if (paid === 0n) return run;
  updateNode(step, run.node, (node) => ({ earned: node.earned + paid }));
  return saveRun(step, { ...run, paid: run.paid + paid });
}

/** What a job costs by its terms. */
const costOf = ({ price, timeout, pricedPerJob }: JobRecord): bigint =>
  pricedPerJob ? price : price * timeout;

/**
 * What may have left the vault when a job is settled: its deposit. A price for the whole job was read as one per second
 * once prices were, at the cost of others' deposits, and E3 paid out all that the vault held.
 */
function mayHaveSettled({ state, event }: Step, job: JobRecord, moved: bigint): boolean {
  if (moved === costOf(job)) return true;
  if (!job.pricedPerJob) return false;
  const emptiedVault = event.form === 'E' && state.markets.get(job.market)?.vaultBalance === 0n;
  return moved === job.price * job.timeout || emptiedVault;
}

/** The rules say what must have moved; transfers are booked as they are, and a difference is reported. */
function checkAmounts(
  step: Step,
  before: JobRecord | undefined,
  job: JobRecord,
  entries: readonly LedgerEntry[],
) {
  if (!isKnownJob(job)) return;
  switch (step.event.instruction) {
    case 'create':
    case 'list':
    case 'assign':
    case 'extend': {
      const due = costOf(job) - (before ? costOf(before) : 0n);
      const moved = sumOf(entries, 'deposit');
      if (moved !== due) report(step, `job ${job.address} deposited ${moved}, its terms ask for ${due}`);
      return;
    }
    case 'finish':
    case 'end':
    case 'delist':
    case 'recover': {
      // Until C4 a node got the price of the market, whatever it was when the job was created.
      if (step.event.form === 'C') return;
      const moved = sumOf(entries, 'payout') + sumOf(entries, 'refund');
      if (mayHaveSettled(step, job, moved)) return;
      report(step, `job ${job.address} settled ${moved} of a deposit of ${costOf(job)}`);
      return;
    }
    default:
  }
}

const NONE: readonly LedgerEntry[] = [];

function enterAll(step: Step, involved: Involved): readonly LedgerEntry[] {
  const { event } = step;
  const { run } = involved;
  const kinds = movementKinds(event, run !== undefined && usedNoTime(run));
  const entries: LedgerEntry[] = [];
  event.movements.forEach((movement, at) => {
    for (const entry of enter(step, movement, kinds[at] ?? 'other', involved)) entries.push(entry);
  });
  return entries;
}

/**
 * Enters the event's transfers into the ledger and credits job, run and node.
 * `before` is the job as it was before the event. Returns whom the event concerns, with the money in.
 */
export function bookMovements(step: Step, involved: Involved, before: JobRecord | undefined): Involved {
  const { job, run } = involved;
  const entries = step.event.movements.length === 0 ? NONE : enterAll(step, involved);
  if (job) checkAmounts(step, before, job, entries);
  if (entries.length === 0 || !job) return involved;
  return {
    ...involved,
    job: creditJob(step, job, entries),
    ...(run ? { run: creditRun(step, run, sumOf(entries, 'payout')) } : {}),
  };
}

/** A transfer that touched a vault outside every call of the program: a gift, or an unknown program's doing. */
export function bookStray(step: Step, movement: TokenMovement): void {
  enter(step, movement, 'other', {});
}
