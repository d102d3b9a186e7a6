import type { Worker } from 'node:worker_threads';
import type { ModelInfo, Precision, RequestLoad } from '../contract.js';
import { countByModel } from '../engine/load.js';
import { createThreadHost } from '../engine/thread-host.js';
import { InferenceError } from '../errors.js';
import type { Running } from '../loading/provider.js';
import { type Weights, weightsIn } from '../loading/weights.js';
import { createControlMemory, createMainControl } from '../thread/control.js';
import type { TaskResult } from './contract.js';
import type { FromTaskThread, TaskThreadData, ThreadOutcome, ToTaskThread } from './messages.js';
import type { TaskModel } from './model.js';
import type { TaskName } from './registry.js';
import { parseInputs, type ValidTaskRequest } from './request.js';

/** How long an exiting process waits for the step that runs. */
const EXIT_WAIT_MS = 5_000;

export interface TaskEngineDeps {
  readonly models: ReadonlyMap<string, TaskModel>;
  readonly running: Running;
  readonly maxQueued: number;
  readonly memoryBytes: number;
  /** Starts the compiled tasks/thread.js. */
  spawn(data: TaskThreadData): Worker;
}

export interface TaskEngine {
  models(): readonly ModelInfo[];
  load(): ReadonlyMap<string, RequestLoad>;
  /** @param request its inputs are not checked yet */
  run(request: ValidTaskRequest, signal?: AbortSignal): Promise<TaskResult<TaskName>>;
  close(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly request: ValidTaskRequest;
  readonly model: TaskModel;
  readonly weights: Weights;
  readonly submittedAt: number;
  startedAt: number;
  /** Settles the caller's promise, once. */
  readonly settle: (outcome: TaskResult<TaskName> | Error) => void;
}

/**
 * The main thread's side of all tasks but text generation: one request runs, others wait in order of arrival. The
 * thread starts with the first request; a thread that dies fails the request that it ran.
 */
export function createTaskEngine(deps: TaskEngineDeps): TaskEngine {
  const waiting: Job[] = [];
  const memory = createControlMemory();
  const control = createMainControl(memory);
  const onExit = () => control.halt(EXIT_WAIT_MS);
  let running: Job | undefined;
  let lastId = 0;
  let closed: Promise<void> | undefined;

  const host = createThreadHost<ToTaskThread, FromTaskThread>({
    spawn() {
      control.starting();
      const { models, running: how, memoryBytes } = deps;
      return deps.spawn({ models, running: how, memoryBytes, control: memory });
    },
    onMessage(message) {
      const job = running;
      if (!job || message.id !== job.id) return;
      if (message.type === 'done') finish(assemble(job, message.outcome));
      else finish(new InferenceError(message.code, message.message));
    },
    onCrash(reason) {
      control.gone();
      finish(new InferenceError('crashed', `the inference thread ended: ${reason}`));
    },
  });
  process.on('exit', onExit);

  function finish(outcome: TaskResult<TaskName> | Error): void {
    const job = running;
    running = undefined;
    job?.settle(outcome);
    startNext();
  }

  function startNext(): void {
    if (running || closed) return;
    const job = waiting.shift();
    if (!job) return;
    running = job;
    job.startedAt = performance.now();
    const { task, model, inputs, seed } = job.request;
    try {
      host.send({ type: 'task', id: job.id, task, model, precision: job.weights.precision, inputs, seed });
    } catch (error) {
      control.gone();
      const reason = error instanceof Error ? error.message : String(error);
      finish(new InferenceError('crashed', `the inference thread did not start: ${reason}`));
    }
  }

  /** The caller hears of it at once; a running job keeps the thread until its current step ends. */
  function cancel(job: Job, reason: Error): void {
    const place = waiting.indexOf(job);
    if (place >= 0) waiting.splice(place, 1);
    if (job === running) control.cancel(job.id);
    job.settle(reason);
  }

  function submit(request: ValidTaskRequest, signal: AbortSignal | undefined): Promise<TaskResult<TaskName>> {
    const model = findModel(deps.models, request);
    const weights = weightsIn(request.model, model.weights, request.precision);
    if (closed) throw new InferenceError('cancelled', 'the engine is closed');
    if (signal?.aborted) throw new InferenceError('cancelled', 'the request was cancelled');
    if (running && waiting.length >= deps.maxQueued) {
      throw new InferenceError('overloaded', `${waiting.length} requests wait already, the most that may`);
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => cancel(job, new InferenceError('cancelled', 'the request was cancelled'));
      const timer = setTimeout(
        () => cancel(job, new InferenceError('timeout', `no result within ${request.timeoutMs} ms`)),
        request.timeoutMs,
      );
      const job: Job = {
        id: nextId(),
        request,
        model,
        weights,
        submittedAt: performance.now(),
        startedAt: 0,
        settle(outcome) {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(job);
      startNext();
    });
  }

  /** Ids fit a 32-bit cell, whose resting value 0 is never one. */
  function nextId(): number {
    lastId = (lastId % 0x7fff_ffff) + 1;
    return lastId;
  }

  return {
    models: () => [...deps.models.values()].map((model) => model.info),
    load: () =>
      countByModel(
        running ? [running.request.model] : [],
        waiting.map(({ request }) => request.model),
      ),
    async run(request, signal) {
      return submit({ ...request, inputs: parseInputs(request.task, request.inputs) }, signal);
    },
    close() {
      closed ??= (async () => {
        const reason = new InferenceError('cancelled', 'the engine was closed');
        for (const job of waiting.splice(0)) job.settle(reason);
        if (running) cancel(running, reason);
        await host.close();
        process.off('exit', onExit);
      })();
      return closed;
    },
  };
}

function findModel(models: ReadonlyMap<string, TaskModel>, { model, task }: ValidTaskRequest): TaskModel {
  const found = models.get(model);
  if (found?.task === task) return found;
  if (found) throw new InferenceError('bad_request', `task: ${model} is for ${found.task}, not for ${task}`);
  const known = [...models].filter(([, one]) => one.task === task).map(([name]) => name);
  throw new InferenceError(
    'unknown_model',
    `model: ${JSON.stringify(model)} is not here; known for ${task}: ${known.join(', ') || 'none'}`,
  );
}

function assemble(job: Job, { output, runtime, steps, loadMs, runMs }: ThreadOutcome): TaskResult<TaskName> {
  const { name, parameters } = job.model.info;
  const { digest, precision }: { digest: string; precision: Precision } = job.weights;
  return {
    task: job.request.task,
    output,
    model: { name, digest, parameters, precision },
    runtime,
    seed: job.request.seed,
    steps,
    timing: {
      queueMs: job.startedAt - job.submittedAt,
      loadMs,
      runMs,
      totalMs: performance.now() - job.submittedAt,
    },
  } as TaskResult<TaskName>;
}
