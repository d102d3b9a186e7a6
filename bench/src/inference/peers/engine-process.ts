import { createInferenceEngine } from '@inferscan/inference';
import { processorMs } from '../processor-time.js';
import type { RowTrace } from './trace.js';

/** What the process is told at its start, as JSON. */
export interface EngineGiven {
  readonly modelsDir: string;
  readonly model: string;
  readonly precision: 'fp32' | 'int8' | 'int4';
}

interface Question {
  readonly id: number;
  readonly prompts: readonly string[];
  readonly tokens: number;
}

const MEMORY_BYTES = 8 * 1024 ** 3;

const { modelsDir, model, precision }: EngineGiven = JSON.parse(process.argv[2] ?? '');
// Without beginnings of prompts that it would otherwise keep between runs.
const engine = await createInferenceEngine({ modelsDir, prefixBytes: 0, memoryBytes: MEMORY_BYTES });

async function row(prompt: string, maxTokens: number, together: boolean, start: number): Promise<RowTrace> {
  const [times, processorTimes]: [number[], number[]] = [[], []];
  const onToken = () => {
    times.push(performance.now() - start);
    processorTimes.push(processorMs());
  };
  const { tokenIds } = await engine.generate({ model, prompt, maxTokens, precision, together }, { onToken });
  return { ids: tokenIds, times, processorTimes };
}

process.on('message', async ({ id, prompts, tokens }: Question) => {
  const start = performance.now();
  try {
    const rows = prompts.map((prompt) => row(prompt, tokens, prompts.length > 1, start));
    process.send?.({ id, answer: await Promise.all(rows) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0, answer: null });
