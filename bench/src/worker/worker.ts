import type { BenchOptions } from '../benches.js';
import { benchEndpoint } from './endpoint.js';

/** The node: what its endpoint costs. */
export async function benchWorker(options: BenchOptions): Promise<void> {
  await benchEndpoint(options);
}
