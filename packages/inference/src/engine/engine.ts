import type { Worker } from 'node:worker_threads';
import type { BatchStats, GenerateOptions, GenerationResult, Schedule, TextEngine } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { BatchLimits } from '../generation/schedule.js';
import type { ModelFolder } from '../loading/model.js';
import type { Running } from '../loading/provider.js';
import { type Weights, weightsIn } from '../loading/weights.js';
import { parseRequest, type ValidRequest } from '../request.js';
import { createControlMemory, createMainControl } from '../thread/control.js';
import type { FromThread, ThreadData, ThreadResult, ToThread } from '../thread/messages.js';
import { countByModel } from './load.js';
import { createThreadHost } from './thread-host.js';
import { createTokenizerComparison } from './tokenizer-comparison.js';

/** How long an exiting process waits for the step that runs. */
const EXIT_WAIT_MS = 5_000;

export interface EngineDeps {
  readonly models: ReadonlyMap<string, ModelFolder>;
  readonly running: Running;
  /** Requests that may wait besides those that the thread has. */
  readonly maxQueued: number;
  readonly limits: BatchLimits;
  readonly memoryBytes: number;
  /** Starts the compiled thread/thread.js. */
  spawn(data: ThreadData): Worker;
}

interface Job {
  readonly id: number;
  readonly request: ValidRequest;
  readonly folder: ModelFolder;
  readonly weights: Weights;
  /** Of the model that guesses. */
  readonly draftWeights: Weights | undefined;
  readonly submittedAt: number;
  startedAt: number;
  readonly onToken: GenerateOptions['onToken'];
  /** Settles the caller's promise, once. */
  readonly settle: (outcome: GenerationResult | Error) => void;
}

/**
 * The main thread's side: checks requests and lets them wait in order of arrival until the thread has fewer than may share its
 * steps. Requests whose thread dies fail with `crashed`; those that wait run in the next thread.
 */
export function createEngine(deps: EngineDeps): TextEngine {
  const waiting: Job[] = [];
  const running = new Map<number, Job>();
  const stats = new Map<string, BatchStats>();
  const tokenizers = createTokenizerComparison();
  const memory = createControlMemory();
  const control = createMainControl(memory);
  const { models, running: how, limits, memoryBytes } = deps;
  const data: ThreadData = { models, running: how, limits, memoryBytes, control: memory };
  const onExit = () => control.halt(EXIT_WAIT_MS);
  let lastId = 0;
  let closed: Promise<void> | undefined;

  const host = createThreadHost<ToThread, FromThread>({
    spawn() {
      control.starting();
      return deps.spawn(data);
    },
    onMessage: receive,
    onCrash(reason) {
      control.gone();
      stats.clear();
      const crashed = [...running.values()];
      running.clear();
      for (const job of crashed) {
        job.settle(new InferenceError('crashed', `the inference thread ended: ${reason}`));
      }
      startMore();
    },
  });

  process.on('exit', onExit);

  function receive(message: FromThread): void {
    const job = running.get(message.id);
    if (!job) return;
    if (message.type === 'token') {
      streamToken(job, message.token);
      return;
    }
    if (message.type === 'done') stats.set(message.model, message.counts);
    finish(
      job,
      message.type === 'done'
        ? assemble(job, message.result)
        : new InferenceError(message.code, message.message),
    );
  }

  function streamToken(job: Job, token: Parameters<NonNullable<GenerateOptions['onToken']>>[0]): void {
    try {
      job.onToken?.(token);
    } catch (error) {
      cancel(job, error instanceof Error ? error : new Error(String(error)));
    }
  }

  function finish(job: Job, outcome: GenerationResult | Error): void {
    running.delete(job.id);
    job.settle(outcome);
    startMore();
  }

  function startMore(): void {
    while (running.size < limits.maxRows && !closed) {
      const job = waiting.shift();
      if (!job) return;
      running.set(job.id, job);
      job.startedAt = performance.now();
      try {
        host.send({ type: 'generate', id: job.id, request: job.request, stream: job.onToken !== undefined });
      } catch (error) {
        control.gone();
        const reason = error instanceof Error ? error.message : String(error);
        running.delete(job.id);
        job.settle(new InferenceError('crashed', `the inference thread did not start: ${reason}`));
      }
    }
  }

  /** The caller hears of it at once; the thread, before its next step. */
  function cancel(job: Job, reason: Error): void {
    const place = waiting.indexOf(job);
    if (place >= 0) waiting.splice(place, 1);
    if (running.has(job.id)) host.send({ type: 'cancel', id: job.id });
    job.settle(reason);
  }

  /** @throws InferenceError unknown_model, bad_request where it has other tokens */
  function draftWeightsOf(folder: ModelFolder, draft: NonNullable<ValidRequest['draft']>): Weights {
    const other = models.get(draft.model);
    if (!other) throw unknownModel('draft.model', draft.model, models);
    if (!tokenizers.areSame(folder, other)) {
      throw new InferenceError(
        'bad_request',
        `draft.model: ${draft.model} has other tokens than ${folder.info.name}, and cannot guess for it`,
      );
    }
    return weightsIn(draft.model, other.weights, draft.precision, 'draft.precision');
  }

  return {
    stats: () => new Map(stats),
    load: () =>
      countByModel(
        [...running.values()].map(({ request }) => request.model),
        waiting.map(({ request }) => request.model),
      ),
    models: () => [...deps.models.values()].map((folder) => folder.info),

    async generate(input, options = {}) {
      const request = parseRequest(input);
      const folder = findModel(deps.models, request);
      const weights = weightsIn(request.model, folder.weights, request.precision);
      const draftWeights = request.draft && draftWeightsOf(folder, request.draft);
      if (closed) throw new InferenceError('cancelled', 'the engine is closed');
      if (options.signal?.aborted) throw new InferenceError('cancelled', 'the request was cancelled');
      if (running.size >= limits.maxRows && waiting.length >= deps.maxQueued) {
        throw new InferenceError('overloaded', `${waiting.length} requests wait already, the most that may`);
      }
      return new Promise<GenerationResult>((resolve, reject) => {
        const onAbort = () => cancel(job, new InferenceError('cancelled', 'the request was cancelled'));
        const { timeoutMs } = request;
        const timer =
          timeoutMs === undefined
            ? undefined
            : setTimeout(
                () => cancel(job, new InferenceError('timeout', `no result within ${timeoutMs} ms`)),
                timeoutMs,
              );
        let settled = false;
        const job: Job = {
          id: nextId(),
          request,
          folder,
          weights,
          draftWeights,
          submittedAt: performance.now(),
          startedAt: 0,
          onToken: options.onToken && ((token) => !settled && options.onToken?.(token)),
          settle(outcome) {
            settled = true;
            clearTimeout(timer);
            options.signal?.removeEventListener('abort', onAbort);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          },
        };
        options.signal?.addEventListener('abort', onAbort, { once: true });
        waiting.push(job);
        startMore();
      });
    },

    close() {
      closed ??= (async () => {
        const reason = new InferenceError('cancelled', 'the engine was closed');
        for (const job of waiting.splice(0)) job.settle(reason);
        for (const job of running.values()) cancel(job, reason);
        await host.close();
        process.off('exit', onExit);
      })();
      return closed;
    },
  };

  /** Ids fit a 32-bit cell, whose resting value 0 is never one. */
  function nextId(): number {
    lastId = (lastId % 0x7fff_ffff) + 1;
    return lastId;
  }
}

function unknownModel(field: string, name: string, models: ReadonlyMap<string, ModelFolder>): InferenceError {
  const known = [...models.keys()].join(', ') || 'none';
  return new InferenceError(
    'unknown_model',
    `${field}: ${JSON.stringify(name)} is not here; known: ${known}`,
  );
}

function findModel(models: ReadonlyMap<string, ModelFolder>, request: ValidRequest): ModelFolder {
  const folder = models.get(request.model);
  if (!folder) {
    throw unknownModel('model', request.model, models);
  }
  if (request.reasoning && !folder.info.reasoning) {
    throw new InferenceError(
      'bad_request',
      `reasoning: ${request.model} does not write out reasoning; use false`,
    );
  }
  const outside = Object.keys(request.logitBias).find((id) => Number(id) >= folder.config.vocabSize);
  if (outside !== undefined) {
    throw new InferenceError(
      'bad_request',
      `logitBias.${outside}: ${request.model} has the token ids 0 to ${folder.config.vocabSize - 1}`,
    );
  }
  return folder;
}

/** Named where it guessed: not beside a model whose tokens cannot be taken back. */
function draftModelOf(
  { request, draftWeights }: Job,
  { schedule }: ThreadResult,
): Pick<Schedule, 'draftModel'> {
  if (!request.draft || !draftWeights || schedule.draftRule === undefined) return {};
  const { digest, precision } = draftWeights;
  return { draftModel: { name: request.draft.model, digest, precision } };
}

function assemble(job: Job, result: ThreadResult): GenerationResult {
  const { name, parameters } = job.folder.info;
  const { digest, precision } = job.weights;
  const { waitMs, ...timing } = result.timing;
  return {
    ...result,
    schedule: { ...result.schedule, ...draftModelOf(job, result) },
    timing: {
      queueMs: job.startedAt - job.submittedAt + waitMs,
      ...timing,
      totalMs: performance.now() - job.submittedAt,
    },
    model: { name, digest, parameters, precision },
    seed: job.request.seed,
  };
}
