import type { JobRow } from '@inferscan/api/client';

/** What the poster of a job can do about it now. */
export type JobAction = 'delist' | 'end' | 'recover';

/** null where nothing can be done, or nothing is left to do. */
export function actionOf(job: Pick<JobRow, 'status' | 'closedAt' | 'queuePosition'>): JobAction | null {
  if (job.closedAt !== null) return null;
  if (job.status === 'queued') return 'delist';
  if (job.status === 'running') return 'end';
  if (job.status === 'stopped') return 'recover';
  return null;
}

/** What a running job has cost so far, at most its whole escrow; base units. */
export function earnedSoFar(job: Pick<JobRow, 'price' | 'escrow' | 'startedAt'>, nowSeconds: number): bigint {
  if (job.startedAt === null) return 0n;
  const ran = job.price * BigInt(Math.max(0, Math.floor(nowSeconds - job.startedAt)));
  return ran > job.escrow ? job.escrow : ran;
}
