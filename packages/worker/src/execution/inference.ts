import {
  type InferenceSpec,
  type JobOperation,
  RESULT_OUTPUTS,
  RESULT_RECEIPT,
  type SignBytes,
  samplingOf,
  type TextGenerationSpec,
} from '@inferscan/formats';
import { type GenerationResult, type InferenceEngine, InferenceError } from '@inferscan/inference';
import type { ContentClient } from '@inferscan/storage/client';
import { z } from 'zod';

import type { HardwareReport } from '../hardware/report.js';
import type { JobFailure } from '../result/failure.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import { type JobReference, outputOf, receiptOf } from '../result/receipt.js';
import { fetchJson } from './definition.js';
import { stopCause } from './stop.js';
import { generateAll, InputError } from './text-generation.js';

export interface InferenceDeps {
  engine: InferenceEngine;
  content: ContentClient;
  hardware: HardwareReport;
  sign: SignBytes;
  reference: JobReference;
  /** How often reading a document is attempted. */
  fetchAttempts: number;
}

/** Most log text kept of one op, in UTF-16 units: hosts of the network keep the last lines, too. */
const MAX_LOG_CHARS = 2_000_000;
const MAX_LOG_LINES = 24_999;

const Prompts = z.array(z.string().min(1).max(65_536)).min(1).max(10_000);

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
  const generations: GenerationResult[] = [];
  let failure: JobFailure | undefined = refusal(deps.engine, spec);
  let elapsedMs = 0;
  try {
    if (!failure && spec.task === 'text-generation') {
      const prompts = await promptsOf(deps, spec, signal);
      if ('failure' in prompts) failure = prompts.failure;
      else {
        const log = logInto(outcome);
        const begun = performance.now();
        await generateAll(
          deps.engine,
          spec,
          prompts.prompts,
          (_, generation) => {
            generations.push(generation);
            log(generation.text);
          },
          signal,
        );
        elapsedMs = performance.now() - begun;
      }
    }
  } catch (error) {
    if (signal.aborted) outcome.stopped = stopCause(signal);
    else failure = failureOf(error);
  }
  outcome.endTime = Date.now();
  if (generations.length > 0) {
    outcome.results = {
      [RESULT_OUTPUTS]: generations.map((generation) => JSON.stringify(outputOf(generation))),
    };
  }
  if (outcome.stopped) return { ...outcome, status: 'stopped', exitCode: EXIT.stopped };
  if (failure) {
    const exitCode = failure.event === 'operation-error' ? EXIT.failed : EXIT.host;
    return { ...outcome, status: 'failed', exitCode, failure };
  }
  if (spec.task === 'text-generation') {
    const receipt = await receiptOf(
      {
        reference: deps.reference,
        opId: op.id,
        spec,
        sampling: samplingOf(spec),
        generations,
        outputs: generations.map(outputOf),
        hardware: deps.hardware,
        elapsedMs,
        startTime,
        endTime: outcome.endTime,
      },
      deps.sign,
    );
    outcome.results = { ...outcome.results, [RESULT_RECEIPT]: [JSON.stringify(receipt)] };
  }
  return outcome;
}

/** What this node says it cannot run, before it begins. */
function refusal(engine: InferenceEngine, spec: InferenceSpec): JobFailure | undefined {
  if (spec.task !== 'text-generation') {
    return {
      event: 'unsupported-operation',
      message: `this node does not run the task ${spec.task}; it runs text-generation`,
    };
  }
  if (spec.serve) {
    return {
      event: 'unsupported-operation',
      message: 'this node does not serve endpoints; leave out "serve" to run the inputs',
    };
  }
  const models = engine.models().filter(({ task }) => task === spec.task);
  const model = models.find((candidate) => candidate.name === spec.model);
  if (!model) {
    const known = models.map((candidate) => candidate.name).join(', ') || 'none';
    return {
      event: 'resource-error',
      code: 404,
      message: `this node has no model ${spec.model}; it has: ${known}`,
    };
  }
  if (spec.precision !== undefined && !model.precisions.includes(spec.precision)) {
    return {
      event: 'resource-error',
      code: 404,
      message: `this node has ${spec.model} in ${model.precisions.join(', ')}, not in ${spec.precision}`,
    };
  }
  return undefined;
}

async function promptsOf(
  { content, fetchAttempts }: InferenceDeps,
  spec: TextGenerationSpec,
  signal: AbortSignal,
): Promise<{ prompts: readonly string[] } | { failure: JobFailure }> {
  if (typeof spec.inputs !== 'string') return { prompts: spec.inputs };
  const fetched = await fetchJson(content, spec.inputs, 'the list of inputs', signal, fetchAttempts);
  if (!fetched.ok) return fetched;
  const parsed = Prompts.safeParse(fetched.value);
  if (parsed.success) return { prompts: parsed.data };
  return {
    failure: {
      event: 'operation-error',
      message: `the inputs at ${spec.inputs} are not a list of 1 to 10000 non-empty prompts`,
    },
  };
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
