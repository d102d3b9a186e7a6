/** What a market's queue looks like to a job that would be listed now. */
export interface QueueView {
  queueType: 'jobs' | 'nodes' | 'empty';
  queueLength: number;
  /** Nodes that run a job of this market now. */
  running: number;
  /** Median seconds of this market's last runs; null before any ended. */
  medianRunSeconds: number | null;
}

/**
 * Seconds until a job at `place` (1 = next; a new job's place is one behind the queue) starts.
 * A waiting node takes it at once: 0. Else every `running` node frees up once per median run, so the job waits
 * place * median / running. null where no node is at work or nothing has ended yet: then nobody can know.
 */
export function expectedStartSeconds(view: QueueView, place?: number): number | null {
  if (view.queueType === 'nodes' && view.queueLength > 0 && place === undefined) return 0;
  if (view.running === 0 || view.medianRunSeconds === null) return null;
  const ahead = place ?? (view.queueType === 'jobs' ? view.queueLength : 0) + 1;
  return Math.round((ahead * view.medianRunSeconds) / view.running);
}
