import { z } from 'zod';

/** Most figures of one report. */
export const MAX_FIGURES = 100;
const MAX_DEPTH = 6;
const MAX_NAME = 120;
const MAX_TEXT = 256 * 1_024;

/** What a benchmark measured, as the node reports it. */
export interface BenchmarkReport {
  /** The model that was run. */
  readonly model: string | null;
  /** For one user at a time. */
  readonly tokensPerSecond: number | null;
  readonly gpuWattageAvg: number | null;
  readonly gpuTemperatureAvg: number | null;
  /** Every number in the report by its path, at most 100. */
  readonly figures: Readonly<Record<string, number>>;
}

const Named = z.looseObject({
  model_id: z.string().max(300).optional().catch(undefined),
  results: z
    .looseObject({ users_1: z.looseObject({ model_id: z.string().max(300).optional().catch(undefined) }) })
    .optional()
    .catch(undefined),
});

/** Ends of names under which the figures that count are reported, whatever stands before them. */
const FIGURES = {
  tokensPerSecond: /(?:^|[._-])(?:tokens_per_second|tokens_per_second[._]mean)$/,
  gpuWattageAvg: /(?:^|[._-])gpu_wattage_avg$/,
  gpuTemperatureAvg: /(?:^|[._-])gpu_temperature_avg$/,
} as const;

/** Results of an op by name, as its benchmark wrote them: texts that are numbers, or JSON. null: nothing was measured. */
export function readBenchmark(
  results: Readonly<Record<string, string | readonly string[]>>,
): BenchmarkReport | null {
  const figures = new Map<string, number>();
  let model: string | null = null;
  for (const [name, value] of Object.entries(results)) {
    const texts = [value].flat();
    const number = texts
      .map(Number)
      .findLast((each, index) => texts[index]?.trim() !== '' && Number.isFinite(each));
    if (number !== undefined) note(figures, name, number);
    for (const text of number === undefined ? texts : []) {
      const json = jsonOf(text);
      if (json === undefined) continue;
      const named = Named.safeParse(json).data;
      model ??= named?.model_id ?? named?.results?.users_1.model_id ?? null;
      collect(figures, name, json, 0);
    }
  }
  if (figures.size === 0) return null;
  const figure = (pattern: RegExp): number | null => {
    const matching = [...figures].filter(([name]) => pattern.test(name));
    const single = matching.find(([name]) => name.includes('users_1.') || name.includes('users_1_'));
    return (single ?? matching[0])?.[1] ?? null;
  };
  return {
    model,
    tokensPerSecond: figure(FIGURES.tokensPerSecond),
    gpuWattageAvg: figure(FIGURES.gpuWattageAvg),
    gpuTemperatureAvg: figure(FIGURES.gpuTemperatureAvg),
    figures: Object.fromEntries(figures),
  };
}

function jsonOf(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function note(figures: Map<string, number>, name: string, value: number): void {
  if (figures.size < MAX_FIGURES) figures.set(name.slice(-MAX_NAME), value);
}

function collect(figures: Map<string, number>, path: string, value: unknown, depth: number): void {
  if (typeof value === 'number') note(figures, path, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === MAX_DEPTH) return;
  for (const [key, member] of Object.entries(value)) {
    if (figures.size === MAX_FIGURES) return;
    collect(figures, `${path}.${key}`.slice(-MAX_NAME), member, depth + 1);
  }
}
