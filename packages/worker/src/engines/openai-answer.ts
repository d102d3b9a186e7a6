import { type GenerateOptions, InferenceError, type TokenCounts } from '@inferscan/inference';
import { z } from 'zod';

const Count = z.int().min(0);
const Chunk = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        index: z.int().min(0).max(1_023).default(0),
        text: z.string().nullish(),
        delta: z
          .looseObject({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            /** What newer servers call it. */
            reasoning: z.string().nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z
    .looseObject({
      prompt_tokens: Count,
      completion_tokens: Count,
      prompt_tokens_details: z.looseObject({ cached_tokens: Count.nullish() }).nullish(),
      completion_tokens_details: z.looseObject({ reasoning_tokens: Count.nullish() }).nullish(),
    })
    .nullish(),
  system_fingerprint: z.string().max(500).nullish(),
});

export interface UpstreamChoice {
  text: string;
  reasoning: string;
  finishReason: 'stop' | 'length';
}

export interface UpstreamAnswer {
  choices: readonly UpstreamChoice[];
  tokens: TokenCounts;
  cachedTokens: number;
  /** Undefined where nothing was written. */
  firstTokenMs: number | undefined;
  fingerprint: string | undefined;
}

/**
 * Puts a streamed answer together, and passes its pieces on.
 * @throws InferenceError crashed for an answer that is not OpenAI's, or says no count of tokens
 */
export async function collectAnswer(
  events: AsyncIterable<unknown>,
  n: number,
  onToken: GenerateOptions['onToken'],
): Promise<UpstreamAnswer> {
  const begun = performance.now();
  const choices = Array.from({ length: n }, (): UpstreamChoice & { pieces: number } => ({
    text: '',
    reasoning: '',
    finishReason: 'stop',
    pieces: 0,
  }));
  let firstTokenMs: number | undefined;
  let usage: z.output<typeof Chunk>['usage'];
  let fingerprint: string | undefined;

  function take(index: number, kind: 'reasoning' | 'answer', text: string | null | undefined): void {
    const choice = choices[index];
    if (!text || choice === undefined) return;
    firstTokenMs ??= performance.now() - begun;
    if (kind === 'answer') choice.text += text;
    else choice.reasoning += text;
    onToken?.({ text, kind, index: choice.pieces, sample: index });
    choice.pieces += 1;
  }

  for await (const event of events) {
    const chunk = Chunk.safeParse(event);
    if (!chunk.success) {
      throw new InferenceError('crashed', 'the engine behind this node sent what OpenAI would not');
    }
    usage = chunk.data.usage ?? usage;
    fingerprint = chunk.data.system_fingerprint ?? fingerprint;
    for (const { index, text, delta, finish_reason } of chunk.data.choices) {
      take(index, 'reasoning', delta?.reasoning_content ?? delta?.reasoning);
      take(index, 'answer', delta?.content ?? text);
      const choice = choices[index];
      if (choice && finish_reason === 'length') choice.finishReason = 'length';
    }
  }
  if (!usage) {
    throw new InferenceError('crashed', 'the engine behind this node does not say how many tokens it wrote');
  }
  return {
    choices,
    tokens: {
      prompt: usage.prompt_tokens,
      completion: usage.completion_tokens,
      reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    },
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    firstTokenMs,
    fingerprint,
  };
}
