import {
  describeIssues,
  type InferenceSpec,
  type JobOperation,
  RESULT_COMMITMENTS,
  RESULT_OUTPUTS,
  RESULT_RECEIPT,
  type SignBytes,
  validateInputs,
} from '@inferscan/formats';
import { type InferenceEngine, InferenceError, type ModelTask } from '@inferscan/inference';
import type { ContentClient } from '@inferscan/storage/client';

import type { HardwareReport } from '../hardware/report.js';
import type { Answer } from '../result/answer.js';
import type { JobFailure } from '../result/failure.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import { type JobReference, receiptOf } from '../result/receipt.js';
import { type AnswerInputs, answerAll, InputError } from './answer-inputs.js';
import { fetchJson } from './definition.js';
import { chooseModel } from './model-choice.js';
import { answerOthers } from './other-tasks.js';
import { stopCause } from './stop.js';
import { answerPrompts } from './text-generation.js';

export interface InferenceDeps {
  engine: InferenceEngine;
  content: Pick<ContentClient, 'fetchJson'>;
  hardware: HardwareReport;
  sign: SignBytes;
  reference: JobReference;
  /** How often reading a document is attempted. */
  fetchAttempts: number;
  /** Told of every answer in the order of the inputs, as soon as all before it are there. */
  onAnswer?: ((answer: Answer) => void) | undefined;
}

/** Most inputs of a list that came by CID. */
export const MAX_FETCHED_INPUTS = 10_000;
/** Most log text kept of one op, in UTF-16 units: hosts of the network keep the last lines, too. */
const MAX_LOG_CHARS = 2_000_000;
const MAX_LOG_LINES = 24_999;

/** Runs one inference op in this process. Never throws: what goes wrong is in the outcome. */
export async function runInference(
  deps: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  const startTime = Date.now();
  const outcome: OperationOutcome = {
    op,
    status: 'success',
    startTime,
    endTime: startTime,
    exitCode: EXIT.success,
    logs: [],
  };
  const answers: Answer[] = [];
  let failure: JobFailure | undefined;
  let elapsedMs = 0;
  try {
    const ready = await prepare(deps, op, spec, signal);
    if ('failure' in ready) failure = ready.failure;
    else {
      const log = logInto(outcome);
      const begun = performance.now();
      await answerAll(
        ready.inputs,
        (answer) => {
          answers.push(answer);
          log(answer.line);
          deps.onAnswer?.(answer);
        },
        signal,
      );
      elapsedMs = performance.now() - begun;
    }
  } catch (error) {
    if (signal.aborted) outcome.stopped = stopCause(signal);
    else failure = failureOf(error);
  }
  const endTime = Date.now();
  outcome.endTime = endTime;
  if (answers.length > 0) outcome.results = resultsOf(answers);
  if (outcome.stopped) return { ...outcome, status: 'stopped', exitCode: EXIT.stopped };
  if (failure) {
    const exitCode = failure.event === 'operation-error' ? EXIT.failed : EXIT.host;
    return { ...outcome, status: 'failed', exitCode, failure };
  }
  const { reference, hardware } = deps;
  const receipt = await receiptOf(
    { reference, opId: op.id, spec, answers, hardware, elapsedMs, startTime, endTime },
    deps.sign,
  );
  outcome.results = { ...outcome.results, [RESULT_RECEIPT]: [JSON.stringify(receipt)] };
  return outcome;
}

/** The op's results without its receipt: outputs and, where all have one, commitments, as JSON texts. */
export function resultsOf(answers: readonly Answer[]): Record<string, string[]> {
  const commitments = answers.flatMap(({ commitment }) => (commitment ? [JSON.stringify(commitment)] : []));
  return {
    [RESULT_OUTPUTS]: answers.map(({ output }) => JSON.stringify(output)),
    ...(commitments.length === answers.length && { [RESULT_COMMITMENTS]: commitments }),
  };
}

/** Finds the model and the inputs. */
async function prepare(
  deps: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  signal: AbortSignal,
): Promise<{ inputs: AnswerInputs } | { failure: JobFailure }> {
  const model = chooseModel(deps.engine, spec);
  if (!model.ok) return model;
  if (typeof spec.inputs !== 'string') return { inputs: answering(deps, op, spec, spec.inputs, model.task) };
  const fetched = await fetchJson(
    deps.content,
    spec.inputs,
    'the list of inputs',
    signal,
    deps.fetchAttempts,
  );
  if (!fetched.ok) return fetched;
  const checked = validateInputs(spec, fetched.value, MAX_FETCHED_INPUTS);
  if (checked.ok) return { inputs: answering(deps, op, spec, checked.inputs, model.task) };
  return {
    failure: {
      event: 'operation-error',
      message: `the inputs at ${spec.inputs} are not valid: ${describeIssues(checked.errors)}`,
      details: checked.errors,
    },
  };
}

function answering(
  { engine, reference }: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  inputs: Exclude<InferenceSpec['inputs'], string>,
  task: ModelTask,
): AnswerInputs {
  if (spec.task !== 'text-generation') return answerOthers(engine, spec, inputs, task);
  const { node, run } = reference;
  return answerPrompts(engine, spec, inputs as string[], { node, run, op: op.id });
}

/** One line for each answer, up to what is kept of a log. */
function logInto(outcome: OperationOutcome): (text: string) => void {
  let logged = 0;
  return (text) => {
    logged += text.length;
    if (outcome.logs.length >= MAX_LOG_LINES || logged > MAX_LOG_CHARS) return;
    outcome.logs.push({ type: 'stdout', log: `${text}\n`, timestamp: new Date().toISOString() });
  };
}

function failureOf(error: unknown): JobFailure {
  const cause = error instanceof InputError ? error.cause : error;
  if (error instanceof Error && cause instanceof InferenceError) {
    const asked = cause.code === 'bad_request' || cause.code === 'too_long';
    return { event: asked ? 'operation-error' : 'inference-error', message: error.message };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { event: 'inference-error', message: `the inference engine failed: ${reason}` };
}
