/** Entry of the worker thread that owns the sessions: ONNX Runtime's runs block, so nothing else may live here. */
import { type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { createSchemaThreads } from '../constraint/schema-threads.js';
import { createEncoder } from '../tokens/encoder.js';
import { createThreadControl } from './control.js';
import type { FromThread, ThreadData, ToThread } from './messages.js';
import { createLoadedModels } from './models.js';
import { createRunner } from './runner.js';

function serve(port: MessagePort, data: ThreadData): void {
  const schemas = createSchemaThreads({
    spawn: (schema) =>
      new Worker(new URL('../constraint/schema-thread.js', import.meta.url), {
        workerData: schema,
        // Reading the vocabulary leaves much behind, which would stay: 55 instead of 39 MB with 150,000 tokens.
        resourceLimits: { maxYoungGenerationSizeMb: 4 },
      }),
  });
  const encoder = createEncoder(() => new Worker(new URL('../tokens/encode-thread.js', import.meta.url)));
  const { limits, memoryBytes } = data;
  const models = createLoadedModels(data.models, data.running, limits, memoryBytes, schemas, encoder);
  const control = createThreadControl(data.control);
  const send = (message: FromThread) => port.postMessage(message);
  const runner = createRunner({ models, control, threads: data.running.threads, send });

  async function close(): Promise<void> {
    await runner.stop();
    await control.busy(() => models.release());
    port.close();
  }

  port.on('message', (message: ToThread) => {
    if (message.type === 'generate') runner.submit(message);
    else if (message.type === 'cancel') runner.cancel(message.id);
    else if (message.type === 'close') void close();
  });
  control.idle();
}

if (parentPort) serve(parentPort, workerData as ThreadData);
