import type { CompletionOutput, InputCommitment, TextGenerationOutput } from '@inferscan/formats';
import type { Completion, GenerationResult, Runtime, Schedule } from '@inferscan/inference';

/** What one input came to, and what that took. All of it is JSON. */
export interface Answer {
  /** As it stands in the op's `outputs`. */
  readonly output: unknown;
  readonly commitment?: InputCommitment;
  /** What a container would print. */
  readonly line: string;
  readonly facts: AnswerFacts;
}

/** What a receipt says of an op comes from these, of all its inputs. */
export interface AnswerFacts {
  readonly model: { name: string; digest: string; parameters: number; precision: string };
  readonly runtime: Runtime;
  readonly schedule?: Schedule;
  /** Another engine ran it: texts and times were seen here, all else is what that one says. */
  readonly claimed?: true;
  readonly sharing: { steps: number; rows: number; mostRows: number };
  readonly tokens: { prompt: number; completion: number; reasoning: number; cached: number };
  readonly timing: { queueMs: number; loadMs: number; firstMs: number };
}

/** What an engine generated for one input. */
export function textAnswer(generation: GenerationResult): Answer {
  const { completions, tokens, timing, cachedTokens } = generation;
  const commitment = completions.flatMap((one) => (one.commitment ? [{ ...one.commitment }] : []));
  return {
    output: textOutput(generation),
    ...(commitment.length > 0 && { commitment }),
    line: generation.text,
    facts: {
      model: generation.model,
      runtime: generation.runtime,
      ...(generation.schedule && { schedule: generation.schedule }),
      ...(generation.claimed && { claimed: true }),
      sharing: generation.sharing,
      tokens: { ...tokens, cached: cachedTokens },
      timing: { queueMs: timing.queueMs, loadMs: timing.loadMs, firstMs: timing.firstTokenMs },
    },
  };
}

/** What an engine answers for one prompt, as the result holds it. */
function textOutput({ completions, tokens }: GenerationResult): TextGenerationOutput {
  const [first, ...others] = completions.map(completionOutput);
  if (!first) throw new RangeError('a generation has at least one completion');
  return { ...first, tokens: { ...tokens }, ...(others.length > 0 && { others }) };
}

function completionOutput(completion: Completion): CompletionOutput {
  const { text, reasoningText, finishReason, tokenIds, logprobs } = completion;
  return {
    text,
    reasoning: reasoningText,
    finish_reason: finishReason,
    token_ids: [...tokenIds],
    ...(logprobs && {
      logprobs: logprobs.map(({ id, logprob, top }) => ({
        id,
        logprob,
        top: top.map((other) => ({ id: other.id, logprob: other.logprob })),
      })),
    }),
  };
}
