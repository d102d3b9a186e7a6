import {
  canonicalJson,
  commitmentDigest,
  type InferenceSpec,
  outputDigest,
  RECEIPT_SCHEMA_2,
  type Receipt,
} from '@inferscan/formats';

import type { AnswerInputs } from '../execution/answer-inputs.js';
import { inOrder } from '../execution/in-order.js';
import { sample } from '../execution/sample.js';
import type { Answer, AnswerFacts } from '../result/answer.js';
import { kernelClass } from '../result/kernel-class.js';
import type { ReceiptedOp } from './document.js';
import type { Stage } from './report.js';

const STAGE = 're-execution';

/** Runs inputs again, step by step as the node did, and compares every bit. */
export async function reExecute(
  op: ReceiptedOp,
  spec: InferenceSpec,
  inputs: AnswerInputs,
  full: boolean,
  signal: AbortSignal,
): Promise<Stage> {
  const { receipt, outputs, commitments } = op;
  // Without the outputs only the digest of all of them can be compared.
  const chosen = full || !outputs ? all(inputs.count) : sample(inputs.count);
  const answers: Answer[] = [];
  await inOrder(
    {
      count: chosen.length,
      atOnce: inputs.atOnce,
      work: (place, stop) => inputs.answer(chosen[place] ?? 0, stop),
      done: (_, answer) => answers.push(answer),
    },
    signal,
  );
  const findings = outputs
    ? answers.flatMap((answer, place) => answerFindings(answer, chosen[place] ?? 0, outputs, commitments))
    : digestFindings(receipt, answers);
  const what = `${chosen.length} of ${inputs.count} inputs`;
  if (findings.length === 0) return { name: STAGE, outcome: 'passed', detail: `${what}, the same bits` };
  const hindrance = answers[0] && (await otherKernels(receipt, answers[0].facts));
  return hindrance === undefined
    ? { name: STAGE, outcome: 'failed', detail: `${what} on the same kernels`, findings }
    : { name: STAGE, outcome: 'skipped', detail: `${what}: other bits, as ${hindrance}`, findings };

  function answerFindings(
    answer: Answer,
    index: number,
    said: readonly unknown[],
    bound: readonly unknown[] | undefined,
  ): string[] {
    if (canonicalJson(said[index] ?? null) !== canonicalJson(answer.output)) {
      return [`outputs[${index}]: ${firstDifference(said[index], answer.output)}`];
    }
    if (spec.task !== 'text-generation' || !bound) return [];
    return canonicalJson(bound[index] ?? null) === canonicalJson(answer.commitment)
      ? []
      : [`commitments[${index}]: the same output, but other logits, or those of another node or run`];
  }
}

function all(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function digestFindings(receipt: Receipt, answers: readonly Answer[]): string[] {
  if (outputDigest(answers.map(({ output }) => output)) !== receipt.output_digest) {
    return ['output_digest: the outputs here have another'];
  }
  const bound = 'commitment' in receipt ? receipt.commitment : undefined;
  const commitments = answers.flatMap(({ commitment }) => (commitment ? [commitment] : []));
  return bound === undefined || (bound as { digest: string }).digest === commitmentDigest(commitments)
    ? []
    : ['commitment.digest: the logits here have another'];
}

/** Why this machine may come to other bits than the node; undefined where it may not. */
async function otherKernels(receipt: Receipt, facts: AnswerFacts): Promise<string | undefined> {
  const here = await kernelClass(facts.runtime);
  if (receipt.schema !== RECEIPT_SCHEMA_2 || receipt.kernel_class === null) {
    return 'the receipt does not say on which kernels it ran';
  }
  if (here === null) return 'this machine does not say which kernels it runs';
  if (here !== receipt.kernel_class) return `the node ran ${receipt.kernel_class}, this machine ${here}`;
  const { schedule } = facts;
  const said = receipt.schedule;
  if (!schedule || !said) return undefined;
  if (schedule.prefillChunk !== said.prefill_chunk || schedule.kvRule !== said.kv_rule) {
    return `the node's schedule was ${said.kv_rule}, here it is ${schedule.kvRule}`;
  }
  if (said.together !== schedule.together) {
    const how = (together: true | undefined) => (together ? 'never alone' : 'alone');
    return `the node computed rows ${how(said.together)}, this machine ${how(schedule.together)}`;
  }
  const rule = said.draft_rule ?? 'none';
  if (rule !== (schedule.draftRule ?? 'none')) {
    return `the node guessed tokens by the rule ${rule}, this machine by ${schedule.draftRule ?? 'none'}`;
  }
  return said.draft_model?.digest === schedule.draftModel?.digest
    ? undefined
    : `the node's guesses were those of other weights of ${said.draft_model?.name}`;
}

function firstDifference(said: unknown, here: unknown): string {
  const ids = (value: unknown) => (value as { token_ids?: number[] } | undefined)?.token_ids ?? [];
  const step = ids(here).findIndex((id, at) => id !== ids(said)[at]);
  return step >= 0
    ? `step ${step}: the token is ${ids(said)[step]}, here ${ids(here)[step]}`
    : 'another output';
}
