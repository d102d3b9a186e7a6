import { attributeFault } from '@inferscan/formats';
import type { ChangeSet, JobRecord, RunRecord } from '@inferscan/protocol';

import { endedJob } from '../../content/job-end.js';
import { chainFactsOf, type OutcomeRow, outcomeRow } from '../../content/outcome-rows.js';
import { cidOf } from '../cid.js';
import type { Latest } from './latest.js';

/** How the last runs of stopped jobs ended, by job: what is said of them later rests on it. */
export type StoppedBy = Map<string, RunRecord['endedBy']>;

/** Notes what the changes of a transaction say of stopped jobs. */
export function noteStopped(stoppedBy: StoppedBy, { jobs, runs }: ChangeSet): void {
  for (const { id, status, runId, closedAt } of jobs) {
    if (status !== 'stopped') {
      // A recovered job is asked for once more, when its outcome is written.
      if (status !== 'recovered') stoppedBy.delete(id);
      continue;
    }
    const run = runs.find((each) => each.id === runId);
    if (run !== undefined) stoppedBy.set(id, run.endedBy);
    else if (closedAt !== null && !stoppedBy.has(id)) stoppedBy.set(id, null);
  }
}

/**
 * The outcome of a job as far as the chain decides it, as `settleJobs` has it while no document was read. Null for jobs
 * that are not over.
 */
function outcomeByChain(job: JobRecord, run: RunRecord | undefined, stoppedBy: StoppedBy): OutcomeRow | null {
  const { id, address, market, project, node, status, listedAt, startedAt, endedAt, timeout, closedAt } = job;
  const ended = endedJob({
    id,
    address,
    market,
    project,
    node,
    status,
    definitionCid: cidOf(job.definitionDigest),
    resultCid: job.resultDigest === null ? null : cidOf(job.resultDigest),
    listedAt,
    startedAt,
    endedAt,
    timeout,
    closedAt,
    run: run?.address ?? null,
    runEndedBy: run?.endedBy ?? stoppedBy.get(id) ?? null,
  });
  // Whether a run that stands is overdue is a question of time, not of a change.
  if (ended === null || ended.end === 'open') return null;
  return outcomeRow(
    ended,
    attributeFault(chainFactsOf(ended, null), { state: ended.resultCid === null ? 'none' : 'unread' }),
  );
}

/** The outcomes of all jobs that are over. What is known of how their runs ended may be forgotten then. */
export function outcomesByChain({ jobs, runs }: Latest, stoppedBy: StoppedBy): OutcomeRow[] {
  const rows: OutcomeRow[] = [];
  for (const job of jobs.values()) {
    const run = job.runId === null ? undefined : runs.get(job.runId);
    const row = outcomeByChain(job, run, stoppedBy);
    if (row !== null) rows.push(row);
    if (job.status === 'recovered') stoppedBy.delete(job.id);
  }
  return rows;
}
