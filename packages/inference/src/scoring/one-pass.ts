import * as ort from 'onnxruntime-node';
import {
  cacheNamesOf,
  type Feeds,
  floatsOf,
  requireCacheShape,
  requireNames,
  tensorOf,
  tokenInputsOf,
} from '../generation/graph-io.js';
import type { ModelConfig } from '../loading/schemas.js';
import { onProcessor, openSession } from '../loading/session.js';

/** Logits that one run may give: 256 MiB of them. */
const MOST_LOGITS = 2 ** 26;

export interface OnePass {
  /** The logits after each of the tokens from place `from` on. */
  rows(ids: readonly number[], from: number): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Runs a decoder graph over whole sequences, as it is: all tokens are known, so that one run suffices for as many as memory
 * allows. The sums are taken in another order than token by token, which changes the last bits.
 * @throws InferenceError bad_model
 */
export async function openOnePass(onnxPath: string, config: ModelConfig, threads: number): Promise<OnePass> {
  const cacheNames = cacheNamesOf(config);
  const pasts = cacheNames.map((name) => `past_key_values.${name}`);
  const presents = cacheNames.map((name) => `present.${name}`);
  const session = await openSession(onnxPath, onProcessor(threads));
  const tokenInputs = tokenInputsOf(session);
  const takesPositions = tokenInputs.includes('position_ids');
  try {
    requireNames(onnxPath, session, [...tokenInputs, ...pasts], ['logits', ...presents]);
    requireCacheShape(onnxPath, session, config);
  } catch (error) {
    await session.release();
    throw error;
  }
  const { vocabSize, kvHeads, headDim } = config;
  const width = Math.max(1, Math.floor(MOST_LOGITS / vocabSize));

  return {
    async rows(ids, from) {
      const rows: Float32Array[] = [];
      let past: ort.Tensor[] = pasts.map(
        () => new ort.Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headDim]),
      );
      for (let start = 0; start < ids.length; start += width) {
        const end = Math.min(start + width, ids.length);
        const feeds: Feeds = {
          input_ids: integers(ids.slice(start, end)),
          attention_mask: integers(new Array<number>(end).fill(1)),
        };
        if (takesPositions) {
          feeds.position_ids = integers(Array.from({ length: end - start }, (_, i) => start + i));
        }
        pasts.forEach((name, at) => {
          const tensor = past[at];
          if (tensor) feeds[name] = tensor;
        });
        // What nobody needs is not copied out.
        const outputs = await session.run(feeds, end < ids.length ? ['logits', ...presents] : ['logits']);
        const logits = floatsOf(outputs, 'logits', [1, end - start, vocabSize]);
        for (let at = Math.max(from, start); at < end; at++) {
          rows.push(logits.subarray((at - start) * vocabSize, (at - start + 1) * vocabSize));
        }
        if (end < ids.length) past = presents.map((name) => tensorOf(outputs, name));
      }
      return rows;
    },
    release: () => session.release(),
  };
}

function integers(values: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}
