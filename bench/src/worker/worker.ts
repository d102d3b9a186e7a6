import type { BenchOptions } from '../benches.js';
import { benchEndpoint } from './endpoint.js';
import { benchJobs, JOB_FIGURES } from './jobs.js';

/** The node: what its endpoint costs, and what it does with jobs. */
export async function benchWorker(options: BenchOptions): Promise<void> {
  const isOfJobs = JOB_FIGURES.some((figure) => figure === options.only);
  if (!isOfJobs) await benchEndpoint(options);
  if (isOfJobs || options.only === undefined) await benchJobs(options);
}
