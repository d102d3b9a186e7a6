import type { RequestLoad } from '../contract.js';

/** Counts names of models by what their requests do. */
export function countByModel(
  running: readonly string[],
  waiting: readonly string[],
): ReadonlyMap<string, RequestLoad> {
  const counts = new Map<string, { running: number; waiting: number }>();
  const count = (models: readonly string[], what: keyof RequestLoad) => {
    for (const model of models) {
      const found = counts.get(model) ?? { running: 0, waiting: 0 };
      found[what] += 1;
      counts.set(model, found);
    }
  };
  count(running, 'running');
  count(waiting, 'waiting');
  return counts;
}
