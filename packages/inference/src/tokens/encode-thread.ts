/** Entry of the worker thread that makes tokens of long prompts. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { InferenceError } from '../errors.js';
import { failedMessage } from '../thread/failed-message.js';
import { readSharedJson } from '../thread/shared-json.js';
import type { FromEncodeThread, ToEncodeThread } from './encode-thread-messages.js';
import { createTextTokenizer, encodeRequest, type TextTokenizer, type TokenizerFiles } from './tokenizer.js';

function serve(port: MessagePort): void {
  const send = (message: FromEncodeThread, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const tokenizers = new Map<string, TextTokenizer>();

  port.on('message', (message: ToEncodeThread) => {
    if (message.type === 'model') {
      tokenizers.set(message.model, createTextTokenizer(readSharedJson<TokenizerFiles>(message.files)));
      return;
    }
    const { id, model, prompt } = message;
    try {
      const tokenizer = tokenizers.get(model);
      if (tokenizer === undefined) throw new InferenceError('unknown_model', `model ${model} is not there`);
      const tokens = encodeRequest(tokenizer, prompt);
      const promptIds = Int32Array.from(tokens.promptIds);
      const predictionIds = Int32Array.from(tokens.predictionIds);
      send({ type: 'encoded', id, promptIds, predictionIds }, [promptIds.buffer, predictionIds.buffer]);
    } catch (error) {
      send(failedMessage(id, error));
    }
  });
}

if (parentPort) serve(parentPort);
