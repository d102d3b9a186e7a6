/** llama.cpp by node-llama-cpp, its build for this processor, on one thread: `{ prompts, tokens }` gets the tokens, and when each was there. */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { given, processorMs, serve } from './serve.mjs';

const { path, contextTokens, batchTokens } = given();
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
const model = await llama.loadModel({ modelPath: path });
const contexts = new Map();

async function sequences(count) {
  if (!contexts.has(count)) {
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: count,
      threads: 1,
      batchSize: batchTokens,
    });
    contexts.set(
      count,
      Array.from({ length: count }, () => context.getSequence()),
    );
  }
  const found = contexts.get(count);
  for (const sequence of found) await sequence.clearHistory();
  return found;
}

serve(async ({ prompts, tokens }) => {
  const rows = await sequences(prompts.length);
  const start = performance.now();
  return Promise.all(
    rows.map(async (sequence, row) => {
      const [ids, times, processorTimes] = [[], [], []];
      for await (const id of sequence.evaluate(prompts[row], { temperature: 0 })) {
        ids.push(id);
        times.push(performance.now() - start);
        processorTimes.push(processorMs());
        if (ids.length === tokens) break;
      }
      return { ids, times, processorTimes };
    }),
  );
});
