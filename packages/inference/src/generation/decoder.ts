import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';
import type { ModelConfig } from '../loading/schemas.js';
import { openSession } from '../loading/session.js';

/**
 * The cache holds exactly the tokens seen so far: what a step returns as `present` is the next step's `past`.
 * Capacity rules change the last bits of the logits, so a receipt names the one that was used.
 */
export const KV_RULE = 'present-as-past';

export interface Sequence {
  /** Tokens in the cache. */
  readonly length: number;
  /** Appends tokens to the cache and returns the logits after the last of them; `ids` may not be empty. */
  step(ids: readonly number[]): Promise<Float32Array>;
}

export interface Decoder {
  startSequence(): Sequence;
  release(): Promise<void>;
}

type Feeds = Record<string, ort.Tensor>;

/**
 * Loads a decoder graph with Optimum's inputs and outputs. Runs block the calling thread.
 * @param threads threads within one operator
 * @throws InferenceError bad_model when the runtime refuses the file or its inputs and outputs are others
 */
export async function loadDecoder(onnxPath: string, config: ModelConfig, threads: number): Promise<Decoder> {
  const cacheNames = Array.from({ length: config.layers }, (_, layer) => [
    `${layer}.key`,
    `${layer}.value`,
  ]).flat();
  const session = await openSession(onnxPath, threads);
  requireNames(onnxPath, 'input', session.inputNames, [
    ...['input_ids', 'attention_mask', 'position_ids'],
    ...cacheNames.map((name) => `past_key_values.${name}`),
  ]);
  requireNames(onnxPath, 'output', session.outputNames, [
    'logits',
    ...cacheNames.map((name) => `present.${name}`),
  ]);

  function emptyCache(): Feeds {
    const shape = [1, config.kvHeads, 0, config.headDim];
    return Object.fromEntries(
      cacheNames.map((name) => [
        `past_key_values.${name}`,
        new ort.Tensor('float32', new Float32Array(0), shape),
      ]),
    );
  }

  function nextCache(outputs: ort.InferenceSession.ReturnType): Feeds {
    return Object.fromEntries(
      cacheNames.map((name) => [`past_key_values.${name}`, tensorOf(outputs, `present.${name}`)]),
    );
  }

  return {
    startSequence() {
      let cache = emptyCache();
      let length = 0;
      return {
        get length() {
          return length;
        },
        async step(ids) {
          const total = length + ids.length;
          const outputs = await session.run({
            ...cache,
            input_ids: integers(ids),
            attention_mask: integers(new Array<number>(total).fill(1)),
            position_ids: integers(ids.map((_, i) => length + i)),
          });
          cache = nextCache(outputs);
          length = total;
          return lastRow(tensorOf(outputs, 'logits'), ids.length, config.vocabSize);
        },
      };
    },
    release: () => session.release(),
  };
}

function requireNames(path: string, what: string, found: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  if (missing.length === 0 && (what === 'output' || extra.length === 0)) return;
  const problems = [
    ...(missing.length > 0 ? [`lacks ${what}s ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`has unknown ${what}s ${extra.join(', ')}`] : []),
  ];
  throw new InferenceError('bad_model', `${path}: the graph ${problems.join(' and ')}`);
}

function integers(values: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

function tensorOf(outputs: ort.InferenceSession.ReturnType, name: string): ort.Tensor {
  const value = outputs[name];
  if (!(value instanceof ort.Tensor)) throw new InferenceError('bad_model', `output ${name} is not a tensor`);
  return value;
}

function lastRow(logits: ort.Tensor, rows: number, width: number): Float32Array {
  if (!(logits.data instanceof Float32Array) || logits.data.length !== rows * width) {
    throw new InferenceError(
      'bad_model',
      `logits have shape [${logits.dims.join(', ')}] of ${logits.type}, expected [1, ${rows}, ${width}] of float32`,
    );
  }
  return logits.data.subarray((rows - 1) * width);
}
