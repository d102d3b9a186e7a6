/** Entry of the worker thread that owns the sessions: ONNX Runtime's runs block, so nothing else may live here. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InferenceError } from '../errors.js';
import { PREFILL_CHUNK } from '../generation/chunks.js';
import { generate } from '../generation/generate.js';
import { runtimeVersion } from '../loading/session.js';
import { createMeter } from '../metering/meter.js';
import { createThreadControl } from './control.js';
import type { FromThread, ThreadData, ThreadResult, ToThread } from './messages.js';
import { createLoadedModels } from './models.js';

function serve(port: MessagePort, data: ThreadData): void {
  const models = createLoadedModels(data.models, data.threads);
  const control = createThreadControl(data.control);
  const send = (message: FromThread) => port.postMessage(message);

  async function run(job: Extract<ToThread, { type: 'generate' }>): Promise<ThreadResult> {
    const cancelled = () => control.cancelled(job.id);
    if (cancelled()) throw new InferenceError('cancelled', 'the request was cancelled');
    const meter = createMeter();
    const { model, loadMs } = await models.get(job.request.model);
    meter.loaded(loadMs);
    const generation = await generate(model, job.request, {
      meter,
      cancelled,
      onToken: job.stream ? (token) => send({ type: 'token', id: job.id, token }) : undefined,
    });
    return {
      ...generation,
      timing: meter.timing(),
      runtime: {
        name: 'onnxruntime-node',
        version: runtimeVersion(),
        provider: 'cpu',
        threads: data.threads,
      },
      schedule: { prefillChunk: PREFILL_CHUNK, kvRule: model.decoder.traits.kvRule },
    };
  }

  async function handle(message: ToThread): Promise<void> {
    if (message.type === 'close') {
      await control.busy(() => models.release());
      port.close();
      return;
    }
    try {
      send({ type: 'done', id: message.id, result: await control.busy(() => run(message)) });
    } catch (error) {
      const code = error instanceof InferenceError ? error.code : 'crashed';
      const text = error instanceof Error ? error.message : String(error);
      send({ type: 'failed', id: message.id, code, message: text });
    }
  }

  port.on('message', (message: ToThread) => void handle(message));
  control.idle();
}

if (parentPort) serve(parentPort, workerData as ThreadData);
