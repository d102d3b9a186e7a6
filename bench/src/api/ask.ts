import type { Api } from '@inferscan/api';

import { percentile } from '../percentile.js';
import type { Question } from './questions.js';

/** How long an answer took, milliseconds. */
export interface Answered {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
}

/** Asks each question once to warm up, then so many times in turns: what else the machine does meets all alike. */
export async function askAll(
  api: Pick<Api, 'createCaller'>,
  questions: readonly Question[],
  runs: number,
): Promise<Answered[]> {
  const caller = api.createCaller();
  const times = new Map<string, number[]>(questions.map(({ name }) => [name, []]));
  for (let run = 0; run <= runs; run += 1) {
    for (const { name, ask } of questions) {
      const since = performance.now();
      await ask(caller);
      if (run > 0) times.get(name)?.push(performance.now() - since);
    }
  }
  return [...times].map(([name, each]) => ({
    name,
    p50: percentile(each, 0.5),
    p95: percentile(each, 0.95),
  }));
}
