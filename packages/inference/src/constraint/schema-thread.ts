/** Entry of the worker thread that one schema is compiled and followed in. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InferenceError } from '../errors.js';
import { readSharedJson } from '../thread/shared-json.js';
import type { Vocabulary } from '../tokens/vocabulary.js';
import { type CompiledSchema, compileSchema } from './compile-schema.js';
import type { Matcher } from './matcher.js';
import type { FromSchemaThread, SchemaThreadData, ToSchemaThread } from './schema-thread-messages.js';

async function serve(port: MessagePort, data: SchemaThreadData): Promise<void> {
  const send = (message: FromSchemaThread, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const { schema, vocabulary, stopTokenIds } = data;
  let compiled: CompiledSchema;
  try {
    compiled = await compileSchema(schema, readSharedJson<Vocabulary>(vocabulary), stopTokenIds);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    send({ type: 'refused', message: error.message });
    port.close();
    return;
  }
  send({ type: 'compiled' });

  const matchers = new Map<number, Matcher>();
  async function answer(message: ToSchemaThread): Promise<void> {
    const { id } = message;
    if (message.type === 'close') {
      matchers.get(id)?.close();
      matchers.delete(id);
      return;
    }
    if (message.type === 'start') matchers.set(id, await compiled.start());
    const matcher = matchers.get(id);
    if (matcher === undefined) return;
    if (message.type === 'accept') matcher.accept(message.token);
    const next = await matcher.next();
    // The library's own memory cannot be handed over.
    const mask = next?.slice();
    send({ type: 'next', id, mask }, mask ? [mask.buffer as ArrayBuffer] : []);
  }

  let last = Promise.resolve();
  port.on('message', (message: ToSchemaThread) => {
    last = last
      .then(() => answer(message))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        send({ type: 'failed', id: message.id, message: reason });
      });
  });
}

if (parentPort) await serve(parentPort, workerData as SchemaThreadData);
