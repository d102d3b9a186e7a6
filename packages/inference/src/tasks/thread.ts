/** Entry of the worker thread that runs every task but text generation: its sessions live here and nowhere else. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { InferenceError } from '../errors.js';
import { onFirstThatTakesIt } from '../loading/provider.js';
import { createResidents } from '../loading/residents.js';
import { openSession, type Placement, runtimeOf } from '../loading/session.js';
import { weightsIn } from '../loading/weights.js';
import { createThreadControl } from '../thread/control.js';
import { failedMessage } from '../thread/failed-message.js';
import { createGraph, requireShape } from './graph.js';
import type { FromTaskThread, TaskMessage, TaskThreadData, ThreadOutcome, ToTaskThread } from './messages.js';
import { TASKS } from './registry.js';
import type { Runner } from './task.js';

interface LoadedModel {
  readonly path: string;
  readonly on: Placement;
  readonly session: InferenceSession;
  readonly run: Runner<unknown, unknown>;
  release(): Promise<void>;
}

function serve(port: MessagePort, data: TaskThreadData): void {
  const loaded = createResidents<LoadedModel>({ budgetBytes: data.memoryBytes });
  const control = createThreadControl(data.control);
  const send = (message: FromTaskThread) => port.postMessage(message);

  async function run(job: TaskMessage): Promise<ThreadOutcome> {
    const stopped = () => control.cancelled(job.id);
    if (stopped()) throw new InferenceError('cancelled', 'the request was cancelled');
    return use(job, async (model, loadMs) => {
      const graph = createGraph(model.path, model.session, stopped);
      const begun = performance.now();
      const output = await model.run(job.inputs, graph, job.seed);
      return {
        output,
        loadMs,
        runMs: performance.now() - begun,
        steps: graph.steps,
        runtime: runtimeOf(model.on),
      };
    });
  }

  function use<R>(job: TaskMessage, work: (model: LoadedModel, loadMs: number) => Promise<R>): Promise<R> {
    const folder = data.models.get(job.model);
    if (!folder) throw new InferenceError('unknown_model', `model ${job.model} is not there`);
    const { path, sizeBytes } = weightsIn(job.model, folder.weights, job.precision);
    const load = async (on: Placement): Promise<LoadedModel> => {
      const task = TASKS[folder.task];
      const session = await openSession(path, on);
      try {
        requireShape(path, session, task.graph(folder.spec));
        const prepared = task.prepare(folder.spec) as Runner<unknown, unknown>;
        return { path, on, session, run: prepared, release: () => session.release() };
      } catch (error) {
        await session.release();
        throw error;
      }
    };
    return loaded.use(
      `${job.model} in ${job.precision}`,
      sizeBytes,
      () => onFirstThatTakesIt(data.running, load),
      work,
    );
  }

  async function handle(message: ToTaskThread): Promise<void> {
    if (message.type === 'close') {
      await control.busy(() => loaded.release());
      port.close();
      return;
    }
    try {
      send({ type: 'done', id: message.id, outcome: await control.busy(() => run(message)) });
    } catch (error) {
      send(failedMessage(message.id, error));
    }
  }

  port.on('message', (message: ToTaskThread) => void handle(message));
  control.idle();
}

if (parentPort) serve(parentPort, workerData as TaskThreadData);
