import {
  type CompletionOutput,
  InputCommitment,
  type Receipt,
  samplingOf,
  TextGenerationOutput,
  type TextGenerationSpec,
} from '@inferscan/formats';
import { InferenceError, readCommitment, type ScoredCompletion, type Scorer } from '@inferscan/inference';

import { committedTo } from '../execution/committed-to.js';
import { requestFor } from '../execution/text-generation.js';
import { answerersOf } from './answerers.js';
import type { ReceiptedOp } from './document.js';
import type { Stage } from './report.js';

/**
 * How far logits of one pass may lie from those of the steps, against the largest of a row: decision 0026 has the measurements.
 * Weights in few bits round activations too, whose rounding tips over at other places when sums are taken in another order.
 */
const TOLERANCE: Readonly<Record<string, number>> = { fp32: 2e-5, fp16: 2e-5, int8: 4e-2, int4: 4e-2 };

/** The tolerance for a precision; the widest for one that is not known here. */
function toleranceOf(precision: string): number {
  return TOLERANCE[precision] ?? 4e-2;
}

/** All known tokens of a job are run through the model at once: logits and draws have to be what the result says. */
export async function checkOnePass(
  { receipt, outputs, commitments }: ReceiptedOp & { readonly outputs: readonly unknown[] },
  spec: TextGenerationSpec,
  prompts: readonly string[],
  scorer: Scorer,
): Promise<Stage> {
  const tolerance = toleranceOf(receipt.precision);
  const findings: string[] = [];
  const compared = { completions: 0, logits: 0, worst: 0 };
  if (outputs.length !== prompts.length)
    findings.push(`outputs: ${outputs.length} of ${prompts.length} inputs`);
  for (const [index, value] of outputs.entries()) {
    const output = TextGenerationOutput.safeParse(value).data;
    const prompt = prompts[index];
    if (!output || prompt === undefined) {
      findings.push(`outputs[${index}]: not an output of one of the prompts`);
      continue;
    }
    const committed = InputCommitment.safeParse(commitments?.[index]).data;
    for (const [place, completion] of [output, ...(output.others ?? [])].entries()) {
      const where = place === 0 ? `outputs[${index}]` : `outputs[${index}].others[${place - 1}]`;
      const finding = await completionFinding(completion, committed?.[place], place, prompt, index);
      if (finding !== undefined) findings.push(`${where}: ${finding}`);
      compared.completions++;
    }
  }

  async function completionFinding(
    completion: CompletionOutput,
    commitment: InputCommitment[number] | undefined,
    place: number,
    prompt: string,
    index: number,
  ): Promise<string | undefined> {
    const ids = completion.token_ids ?? [];
    if (ids.length === 0) return 'there are no token ids to check';
    let scored: ScoredCompletion;
    try {
      const request = requestFor(
        spec,
        samplingOf(spec),
        prompt,
        index,
        committedTo(answerersOf(receipt), index),
      );
      scored = await scorer.score(request, place, ids, tolerance);
    } catch (error) {
      if (error instanceof InferenceError) return error.message;
      throw error;
    }
    return logitFinding(commitment, ids.length, scored) ?? drawFinding(completion, scored);
  }

  function logitFinding(
    commitment: InputCommitment[number] | undefined,
    steps: number,
    { rows }: ScoredCompletion,
  ): string | undefined {
    if (commitment === undefined) {
      return isCommitted(receipt) ? 'the commitment to its logits is missing' : undefined;
    }
    const records = commitment.steps === steps ? readCommitment(commitment) : undefined;
    if (!records) return `the commitment is not one to ${steps} steps`;
    for (const { step, top } of records) {
      const row = rows[step];
      const scale = Math.max(1, ...top.map(({ logit }) => Math.abs(logit)));
      for (const { id, logit } of top) {
        const apart = Math.abs((row?.[id] ?? Number.NaN) - logit) / scale;
        compared.logits++;
        // Written so that what is no number fails.
        if (!(apart <= tolerance)) {
          return `step ${step}: the logit of token ${id} is said to be ${logit}, here ${row?.[id]}`;
        }
        compared.worst = Math.max(compared.worst, apart);
      }
    }
    return undefined;
  }

  const detail =
    compared.logits === 0
      ? `${compared.completions} completions, tokens only: there is no commitment to logits`
      : `${compared.completions} completions, logits at most ${compared.worst.toExponential(1)} apart, allowed ${tolerance}`;
  return findings.length > 0
    ? { name: 'one-pass', outcome: 'failed', detail, findings }
    : { name: 'one-pass', outcome: 'passed', detail };
}

function isCommitted(receipt: Receipt): boolean {
  return 'commitment' in receipt && receipt.commitment !== undefined;
}

/** What is wrong with the tokens, given the logits. */
function drawFinding(completion: CompletionOutput, scored: ScoredCompletion): string | undefined {
  const { implausible } = scored;
  if (implausible) {
    return `step ${implausible.step}: the token is ${implausible.id}, the seed draws ${implausible.drawn}`;
  }
  if (scored.finishReason === undefined) return 'the model would not have ended with the last token';
  if (scored.finishReason !== completion.finish_reason) {
    return `finish_reason: ${completion.finish_reason}, here ${scored.finishReason}`;
  }
  if (scored.text !== completion.text || scored.reasoningText !== completion.reasoning) {
    return 'the text is not what the tokens say';
  }
  return undefined;
}
