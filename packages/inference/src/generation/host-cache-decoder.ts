import * as ort from 'onnxruntime-node';
import { type HostCacheGraph, LAST_POSITION } from '../graph/host-cache.js';
import type { ModelConfig } from '../loading/schemas.js';
import { openSession, type Placement } from '../loading/session.js';
import type { Decoder, Row, StepInput } from './decoder.js';
import {
  cacheNamesOf,
  type Feeds,
  floatsOf,
  type Outputs,
  ofGraph,
  requireCacheShape,
  requireNames,
  tokenInputsOf,
} from './graph-io.js';
import { capacityFor, createKvCache, type KvRow } from './kv-cache.js';
import { maskNames, masksOf } from './masks.js';
import { COMPANY, checkPadding, checkSharing, MANY_COMPANIES } from './probe.js';

/** The cache is kept here with masked room behind a row's tokens; steps of a prompt are filled up, see chunks.ts. */
const KV_RULE = 'host-64x2n';

/** Tokens for rows at certain places of a cache with so much room. */
export interface HostStep {
  /** Keys and values of all rows, [rows, heads, capacity, width] each. */
  readonly past: readonly Float32Array[];
  readonly capacity: number;
  /** Tokens that each row has in the cache. */
  readonly lengths: readonly number[];
  readonly ids: readonly (readonly number[])[];
  /** Tokens that each row is given, those included that only fill it up. */
  readonly width: number;
}

export interface HostStepResult {
  readonly logits: readonly Float32Array[];
  /** New keys and values, [rows, heads, width of the step, width] each. */
  readonly added: readonly Float32Array[];
}

/**
 * Runs a rewritten graph with a cache of its own.
 * @returns what hinders it, where room behind a row's tokens changes what the graph computes
 * @throws InferenceError bad_model when the inputs and outputs are others
 */
export async function openHostCacheDecoder(
  onnxPath: string,
  graph: HostCacheGraph,
  config: ModelConfig,
  on: Placement,
): Promise<Decoder | { readonly hindrance: string }> {
  const cacheNames = cacheNamesOf(config);
  const newOutputs = cacheNames.map((name) => graph.newOutputs.get(name) ?? '');
  const session = await openSession(onnxPath, on, graph.file);
  const tokenInputs = tokenInputsOf(session);
  async function run(step: HostStep): Promise<HostStepResult> {
    const shape = [step.ids.length, config.kvHeads, step.width, config.headDim];
    try {
      const outputs = await session.run(feedsOf(step));
      return {
        logits: logitsOf(outputs, step),
        added: newOutputs.map((name) => floatsOf(outputs, name, shape)),
      };
    } catch (error) {
      throw ofGraph(onnxPath, error);
    }
  }

  function feedsOf({ past, capacity, lengths, ids, width }: HostStep): Feeds {
    const rows = ids.length;
    const total = capacity + width;
    const tokens = new BigInt64Array(rows * width);
    const positions = new BigInt64Array(rows * width);
    const mask = new BigInt64Array(rows * total);
    const last = new BigInt64Array(rows);
    ids.forEach((row, r) => {
      const length = lengths[r] ?? 0;
      for (let i = 0; i < width; i++) {
        // What only fills the row up repeats its last token, whose position is sure to be within the context.
        const at = Math.min(i, row.length - 1);
        tokens[r * width + i] = BigInt(row[at] ?? 0);
        positions[r * width + i] = BigInt(length + at);
      }
      mask.fill(1n, r * total, r * total + length);
      mask.fill(1n, r * total + capacity, r * total + capacity + row.length);
      last[r] = BigInt(row.length - 1);
    });
    const feeds: Feeds = {
      input_ids: new ort.Tensor('int64', tokens, [rows, width]),
      attention_mask: new ort.Tensor('int64', mask, [rows, total]),
    };
    if (tokenInputs.includes('position_ids')) {
      feeds.position_ids = new ort.Tensor('int64', positions, [rows, width]);
    }
    if (graph.queriesPerKey !== undefined) {
      Object.assign(
        feeds,
        masksOf({ lengths, capacity, width, queriesPerKey: graph.queriesPerKey }, graph.windows),
      );
    }
    if (graph.lastOnly) feeds[LAST_POSITION] = new ort.Tensor('int64', last, [rows, 1, 1]);
    const shape = [rows, config.kvHeads, capacity, config.headDim];
    cacheNames.forEach((name, t) => {
      feeds[`past_key_values.${name}`] = new ort.Tensor('float32', past[t] ?? new Float32Array(0), shape);
    });
    return feeds;
  }

  function logitsOf(outputs: Outputs, { ids, width }: HostStep): Float32Array[] {
    const { vocabSize } = config;
    const positions = graph.lastOnly ? 1 : width;
    const logits = floatsOf(outputs, 'logits', [ids.length, positions, vocabSize]);
    return ids.map((row, r) => {
      const at = (r * positions + (graph.lastOnly ? 0 : row.length - 1)) * vocabSize;
      return logits.subarray(at, at + vocabSize);
    });
  }

  let sharing: string | undefined;
  try {
    requireNames(
      onnxPath,
      session,
      [
        ...tokenInputs,
        ...cacheNames.map((name) => `past_key_values.${name}`),
        ...(graph.lastOnly ? [LAST_POSITION] : []),
        ...(graph.queriesPerKey === undefined ? [] : maskNames(graph.windows)),
      ],
      ['logits', ...newOutputs],
    );
    requireCacheShape(onnxPath, session, config);
    const hindrance = await checkPadding(run, config, graph.rounds);
    if (hindrance !== undefined) {
      await session.release();
      return { hindrance };
    }
    sharing = await checkSharing(run, config, on.provider === 'cpu' ? COMPANY : MANY_COMPANIES);
  } catch (error) {
    await session.release();
    throw ofGraph(onnxPath, error);
  }
  const traits = { kvRule: KV_RULE, shared: sharing === undefined, ...(sharing && { hindrance: sharing }) };
  const { provider } = on;
  return { ...createRows(run, config), traits, provider, release: () => session.release() };
}

function createRows(
  run: (step: HostStep) => Promise<HostStepResult>,
  config: ModelConfig,
): Omit<Decoder, 'traits' | 'provider' | 'release'> {
  const tensors = 2 * config.layers;
  const cache = createKvCache({ tensors, heads: config.kvHeads, width: config.headDim });
  const own = new WeakMap<Row, KvRow>();

  function remember(row: KvRow): Row {
    own.set(row, row);
    return row;
  }

  function find(row: Row): KvRow {
    const found = own.get(row);
    if (!found) throw new RangeError('the row is closed or of another decoder');
    return found;
  }

  return {
    capacityOf: capacityFor,
    open: () => remember(cache.open()),
    fork: (row) => remember(cache.fork(find(row))),
    close(row) {
      cache.close(find(row));
      own.delete(row);
    },
    async step(inputs: readonly StepInput[], width) {
      const rows = inputs.map(({ row }) => find(row));
      // Rows that generate stay in front, so that their places rarely change.
      const first = cache.gather(rows, width === 1);
      const order = rows.map((row, input) => ({ row, input })).sort((a, b) => a.row.index - b.row.index);
      const ids = order.map(({ input }) => inputs[input]?.ids ?? []);
      const ordered = order.map(({ row }) => row);
      const [{ lane } = { lane: undefined }] = ordered;
      if (!lane) return [];
      const { logits, added } = await run({
        past: Array.from({ length: tensors }, (_, t) => cache.view(lane, t, first, rows.length)),
        capacity: lane.capacity,
        lengths: ordered.map(({ length }) => length),
        ids,
        width,
      });
      cache.append(
        ordered,
        ids.map(({ length }) => length),
        added,
        width,
      );
      const result: Float32Array[] = [];
      order.forEach(({ input }, place) => {
        result[input] = logits[place] ?? new Float32Array(0);
      });
      return result;
    },
    cut: (row, from, to) => cache.cut(find(row), from, to),
    paste: (row, block) => cache.paste(find(row), block),
  };
}
