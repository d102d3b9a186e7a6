import type { GenerationRequest, InferenceEngine } from '@inferscan/inference';
import type { Problem } from './problems.js';

const MAX_TOKENS = 128;

interface Answer {
  readonly text: string;
  readonly tokens: { readonly completion: number };
}

/** A way to an answer. */
export type Method = (engine: InferenceEngine, model: string, prompt: string) => Promise<Answer>;

/** A request for a problem's answer. */
export const asked = (
  model: string,
  prompt: string,
  more: Partial<GenerationRequest> = {},
): GenerationRequest => ({ model, prompt, maxTokens: MAX_TOKENS, ...more });

/** How many of the problems are right one way, and what all of them took. */
export async function measure(
  engine: InferenceEngine,
  model: string,
  problems: readonly Problem[],
  method: Method,
): Promise<{ right: number; tokens: number; seconds: number }> {
  let [right, tokens] = [0, 0];
  // Loads the model.
  await engine.generate(asked(model, '1*1', { maxTokens: 1 }));
  const begun = performance.now();
  for (const { prompt, product } of problems) {
    const answer = await method(engine, model, prompt);
    tokens += answer.tokens.completion;
    if (answer.text.trim() === product) right++;
  }
  return { right, tokens, seconds: (performance.now() - begun) / 1000 };
}
