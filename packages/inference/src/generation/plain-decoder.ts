import * as ort from 'onnxruntime-node';
import type { ModelConfig } from '../loading/schemas.js';
import { openSession, type Placement } from '../loading/session.js';
import type { Decoder, Row } from './decoder.js';
import {
  cacheNamesOf,
  type Feeds,
  floatsOf,
  ofGraph,
  requireCacheShape,
  requireNames,
  tensorOf,
  tokenInputsOf,
} from './graph-io.js';

/** The cache holds exactly the tokens seen so far: what a step returns as `present` is the next step's `past`. */
const KV_RULE = 'present-as-past';

interface PlainRow extends Row {
  length: number;
  cache: Feeds;
}

/**
 * Runs a decoder graph as it is, one row per step: its cache is copied out and in again by every step.
 * @throws InferenceError bad_model
 */
export async function openPlainDecoder(
  onnxPath: string,
  config: ModelConfig,
  on: Placement,
  hindrance: string,
): Promise<Decoder> {
  const cacheNames = cacheNamesOf(config);
  const session = await openSession(onnxPath, on);
  const tokenInputs = tokenInputsOf(session);
  const takesPositions = tokenInputs.includes('position_ids');
  const rows = new WeakMap<Row, PlainRow>();

  function add(length: number, cache: Feeds): Row {
    const row: PlainRow = { length, cache };
    rows.set(row, row);
    return row;
  }

  function own(row: Row): PlainRow {
    const found = rows.get(row);
    if (!found) throw new RangeError('the row is closed or of another decoder');
    return found;
  }

  function emptyCache(): Feeds {
    const shape = [1, config.kvHeads, 0, config.headDim];
    return Object.fromEntries(
      cacheNames.map((name) => [
        `past_key_values.${name}`,
        new ort.Tensor('float32', new Float32Array(0), shape),
      ]),
    );
  }

  async function advance(row: PlainRow, ids: readonly number[]): Promise<Float32Array> {
    const total = row.length + ids.length;
    const feeds: Feeds = {
      ...row.cache,
      input_ids: integers(ids),
      attention_mask: integers(new Array<number>(total).fill(1)),
    };
    if (takesPositions) feeds.position_ids = integers(ids.map((_, i) => row.length + i));
    let logits: Float32Array;
    try {
      const outputs = await session.run(feeds);
      logits = floatsOf(outputs, 'logits', [1, ids.length, config.vocabSize]);
      row.cache = Object.fromEntries(
        cacheNames.map((name) => [`past_key_values.${name}`, tensorOf(outputs, `present.${name}`)]),
      );
    } catch (error) {
      throw ofGraph(onnxPath, error);
    }
    row.length = total;
    return logits.subarray((ids.length - 1) * config.vocabSize);
  }

  try {
    requireNames(
      onnxPath,
      session,
      [...tokenInputs, ...cacheNames.map((name) => `past_key_values.${name}`)],
      ['logits', ...cacheNames.map((name) => `present.${name}`)],
    );
    requireCacheShape(onnxPath, session, config);
    // What the graph does not do is found out here, not by the first request.
    await advance({ length: 0, cache: emptyCache() }, [0]);
  } catch (error) {
    await session.release();
    throw ofGraph(onnxPath, error);
  }

  return {
    traits: { kvRule: KV_RULE, shared: false, hindrance },
    provider: on.provider,
    capacityOf: (length) => length,
    open: () => add(0, emptyCache()),
    fork: (row) => add(own(row).length, own(row).cache),
    close: (row) => void rows.delete(row),
    async step(inputs) {
      const logits: Float32Array[] = [];
      for (const { row, ids } of inputs) logits.push(await advance(own(row), ids));
      return logits;
    },
    cut: () => undefined,
    paste() {
      throw new RangeError('rows of this decoder cannot be put together');
    },
    release: () => session.release(),
  };
}

function integers(values: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}
