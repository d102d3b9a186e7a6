import {
  describeIssues,
  type InferenceSpec,
  isServing,
  type JobOperation,
  type OperationSpec,
  RESULT_COMMITMENTS,
  RESULT_OUTPUTS,
  RESULT_PARTIAL,
  RESULT_RECEIPT,
  type Segment,
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
import { committedTo } from './committed-to.js';
import { fetchJson } from './definition.js';
import { chooseModel } from './model-choice.js';
import { answerOthers } from './other-tasks.js';
import { recheck } from './recheck.js';
import { createPartialPinner, type PartialDeps, type PartialPinner, type Resumed, resume } from './resume.js';
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
  /** Where what is done is kept on the way; without, an interrupted op begins anew. */
  partial?: PartialDeps | undefined;
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
  spec: OperationSpec,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  if (isServing(spec)) return notServed(op);
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
  let progress: Progress | undefined;
  try {
    const prepared = await prepare(deps, op, spec, signal);
    if ('failure' in prepared) failure = prepared.failure;
    else {
      const log = logInto(outcome);
      const taken = (answer: Answer) => {
        requireSameWeights(answers[0], answer);
        answers.push(answer);
        log(answer.line);
        deps.onAnswer?.(answer);
      };
      progress = await progressOf(deps, op, spec, prepared, answers, signal);
      for (const answer of progress.before) taken(answer);
      const begun = performance.now();
      await answerAll(
        behind(prepared.inputs, answers.length),
        (answer) => {
          taken(answer);
          progress?.pinner?.answered();
        },
        signal,
      );
      elapsedMs = progress.elapsedMs + performance.now() - begun;
    }
  } catch (error) {
    if (signal.aborted) outcome.stopped = stopCause(signal);
    else failure = failureOf(error);
  }
  const isWhole = !failure && !outcome.stopped;
  const partial = isWhole ? await progress?.pinner?.settled() : await progress?.pinner?.interrupted();
  const endTime = Date.now();
  outcome.endTime = endTime;
  if (answers.length > 0) outcome.results = resultsOf(answers);
  if (partial) outcome.results = { ...outcome.results, [RESULT_PARTIAL]: [partial] };
  if (outcome.stopped) return { ...outcome, status: 'stopped', exitCode: EXIT.stopped };
  if (failure) {
    const exitCode = failure.event === 'operation-error' ? EXIT.failed : EXIT.host;
    return { ...outcome, status: 'failed', exitCode, failure };
  }
  const { reference, hardware } = deps;
  const receipt = await receiptOf(
    {
      reference,
      opId: op.id,
      spec,
      answers,
      hardware,
      resumed: progress?.segments ?? [],
      elapsedMs,
      startTime,
      endTime,
    },
    deps.sign,
  );
  outcome.results = { ...outcome.results, [RESULT_RECEIPT]: [JSON.stringify(receipt)] };
  return outcome;
}

/** Where there is no place for an endpoint. */
function notServed(op: JobOperation): OperationOutcome {
  const now = Date.now();
  const failure: JobFailure = { event: 'unsupported-operation', message: 'this node serves no endpoints' };
  return { op, status: 'failed', startTime: now, endTime: now, exitCode: EXIT.host, logs: [], failure };
}

/** What was done of an op before, and what pins what is done now. */
interface Progress {
  before: readonly Answer[];
  segments: readonly Segment[];
  elapsedMs: number;
  pinner: PartialPinner | undefined;
}

async function progressOf(
  { engine, reference, partial, sign }: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  { inputs, asOthers }: Ready,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<Progress> {
  if (!partial) return { before: [], segments: [], elapsedMs: 0, pinner: undefined };
  const { node, run } = reference;
  const model = engine.models().find(({ name }) => name === spec.model);
  const isDefault = spec.precision === undefined || spec.precision === model?.precision;
  const modelDigest = isDefault ? model?.digest : undefined;
  const subject = { op: op.id, spec, node, run, modelDigest, inputs: inputs.count };
  const check = (found: Resumed) => recheck(found.answers, asOthers(found.segments), signal);
  const { answers: before, ...resumed } = await resume(partial, subject, check, signal);
  const pinner = createPartialPinner(partial, subject, sign, answers, { ...resumed, count: before.length });
  return { before, segments: resumed.segments, elapsedMs: resumed.elapsedMs, pinner };
}

/** The inputs from `first` on. */
function behind(inputs: AnswerInputs, first: number): AnswerInputs {
  const { count, atOnce } = inputs;
  return {
    count: count - first,
    atOnce,
    async answer(index, signal) {
      try {
        return await inputs.answer(first + index, signal);
      } catch (error) {
        throw new InputError(first + index, error);
      }
    },
  };
}

/** What was resumed has to be of the weights that run now. */
function requireSameWeights(first: Answer | undefined, answer: Answer): void {
  if (first && first.facts.model.digest !== answer.facts.model.digest) {
    throw new Error('what was done before was computed with other weights');
  }
}

/** The op's results without its receipt: outputs and, where all have one, commitments, as JSON texts. */
function resultsOf(answers: readonly Answer[]): Record<string, string[]> {
  const commitments = answers.flatMap(({ commitment }) => (commitment ? [JSON.stringify(commitment)] : []));
  return {
    [RESULT_OUTPUTS]: answers.map(({ output }) => JSON.stringify(output)),
    ...(commitments.length === answers.length && { [RESULT_COMMITMENTS]: commitments }),
  };
}

/** An op that can be begun. */
interface Ready {
  inputs: AnswerInputs;
  /** The same, with the first of them answered as others would have. */
  asOthers(segments: readonly Segment[]): AnswerInputs;
}

/** Finds the model and the inputs. */
async function prepare(
  deps: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  signal: AbortSignal,
): Promise<Ready | { failure: JobFailure }> {
  const model = chooseModel(deps.engine, spec);
  if (!model.ok) return model;
  if (typeof spec.inputs !== 'string') return ready(deps, op, spec, spec.inputs, model.task);
  const fetched = await fetchJson(
    deps.content,
    spec.inputs,
    'the list of inputs',
    signal,
    deps.fetchAttempts,
  );
  if (!fetched.ok) return fetched;
  const checked = validateInputs(spec, fetched.value, MAX_FETCHED_INPUTS);
  if (checked.ok) return ready(deps, op, spec, checked.inputs, model.task);
  return {
    failure: {
      event: 'operation-error',
      message: `the inputs at ${spec.inputs} are not valid: ${describeIssues(checked.errors)}`,
      details: checked.errors,
    },
  };
}

function ready(
  { engine, reference: { node, run } }: InferenceDeps,
  op: JobOperation,
  spec: InferenceSpec,
  inputs: Exclude<InferenceSpec['inputs'], string>,
  task: ModelTask,
): Ready {
  const asOthers = (segments: readonly Segment[]) => {
    if (spec.task !== 'text-generation') return answerOthers(engine, spec, inputs, task);
    const answerers = { node, run, op: op.id, segments };
    return answerPrompts(engine, spec, inputs as string[], (index) => committedTo(answerers, index));
  };
  return { inputs: asOthers([]), asOthers };
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
