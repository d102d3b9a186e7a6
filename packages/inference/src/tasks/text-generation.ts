import type { TextEngine } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { GenerationRequest } from '../request.js';
import type { TaskResult } from './contract.js';
import type { Envelope } from './request.js';

/** Text generation asked for as a task: `inputs` is what `generate` takes besides model and seed. */
export async function runTextGeneration(
  engine: TextEngine,
  request: Envelope,
  signal: AbortSignal | undefined,
): Promise<TaskResult<'text-generation'>> {
  const { model, seed, inputs, precision, timeoutMs } = request;
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    throw new InferenceError('bad_request', 'inputs: expected {"prompt": …}');
  }
  // The engine checks every field of it.
  const asked = { ...inputs, model, seed, precision, timeoutMs } as GenerationRequest;
  const { timing, ...result } = await engine.generate(asked, { signal });
  const { model: ran, runtime, seed: used, ...output } = result;
  return {
    task: 'text-generation',
    output,
    model: ran,
    runtime,
    seed: used,
    steps: output.tokens.completion,
    timing: {
      queueMs: timing.queueMs,
      loadMs: timing.loadMs,
      runMs: timing.totalMs - timing.queueMs - timing.loadMs,
      totalMs: timing.totalMs,
    },
  };
}
