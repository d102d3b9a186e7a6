import type { Worker } from 'node:worker_threads';
import { InferenceError } from '../errors.js';
import { unlessAborted } from '../thread/unless-aborted.js';
import type { FromEncodeThread, Prompt, ToEncodeThread } from './encode-thread-messages.js';
import type { RequestTokens } from './tokenizer.js';

/** So many take 6 ms where they are words and 35 at most; 200,000 characters take one to four seconds. */
const LONG_CHARACTERS = 4000;

/** Makes tokens of prompts in a thread of its own, where those that a model writes for others would wait for it. */
export interface Encoder {
  /**
   * @param files of the model's tokenizer, shared; see shared-json.ts
   * @throws InferenceError as the tokenizer's functions; the signal's reason
   */
  encode(
    model: string,
    files: SharedArrayBuffer,
    prompt: Prompt,
    signal: AbortSignal,
  ): Promise<RequestTokens>;
  /** Ends the thread. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(tokens: RequestTokens): void;
  reject(error: Error): void;
}

/** A thread, and what it has been told and asked. */
interface Running {
  readonly worker: Worker;
  readonly models: Set<string>;
  readonly waiting: Map<number, Waiting>;
}

export function isLong({ prompt = '', messages = [], prediction = '' }: Prompt): boolean {
  const alone = prompt.length + prediction.length;
  return messages.reduce((sum, { content }) => sum + content.length, alone) > LONG_CHARACTERS;
}

/** @param spawn starts the compiled encode-thread.js; called when there is something to do, and again after a crash */
export function createEncoder(spawn: () => Worker): Encoder {
  let running: Running | undefined;
  let asked = 0;

  function start(): Running {
    const one: Running = { worker: spawn(), models: new Set(), waiting: new Map() };
    const { worker, waiting } = one;
    worker.on('message', (message: FromEncodeThread) => {
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.type === 'encoded') {
        const { promptIds, predictionIds } = message;
        resolve?.({ promptIds: Array.from(promptIds), predictionIds: Array.from(predictionIds) });
      } else reject?.(new InferenceError(message.code, message.message));
    });
    const lost = (reason: unknown): void => {
      if (running === one) running = undefined;
      const message = reason instanceof Error ? reason.message : 'the thread ended';
      for (const { reject } of waiting.values()) reject(new Error(`tokens could not be made: ${message}`));
      waiting.clear();
    };
    worker.on('error', lost);
    worker.on('exit', lost);
    return one;
  }

  return {
    encode(model, files, prompt, signal) {
      running ??= start();
      const { worker, models, waiting } = running;
      const send = (message: ToEncodeThread): void => worker.postMessage(message);
      if (!models.has(model)) {
        send({ type: 'model', model, files });
        models.add(model);
      }
      const id = ++asked;
      const { messages, raw, reasoning, prompt: text, prediction } = prompt;
      send({ type: 'encode', id, model, prompt: { messages, raw, reasoning, prompt: text, prediction } });
      const tokens = new Promise<RequestTokens>((resolve, reject) => waiting.set(id, { resolve, reject }));
      return unlessAborted(tokens, signal);
    },
    async close() {
      await running?.worker.terminate();
    },
  };
}
