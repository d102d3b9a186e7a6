import * as ort from 'onnxruntime-node';
import { type HostCacheGraph, LAST_POSITION, NEW_CACHE } from '../graph/host-cache.js';
import type { ModelConfig } from '../loading/schemas.js';
import { openSession, type Placement } from '../loading/session.js';
import { attentionFeeds, attentionInputs } from './attention-feeds.js';
import type { Decoder, DecoderTraits, Row, StepInput } from './decoder.js';
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
import { type Added, capacityFor, createKvCache, type KvRow } from './kv-cache.js';
import { COMPANY, checkPadding, checkSharing, checkTogether, MANY_COMPANIES } from './probe.js';
import { companionOf, IDLE_IDS } from './together.js';

/** The cache is kept here with masked room behind a row's tokens; steps of a prompt are filled up, see chunks.ts. */
const KV_RULE = 'host-64x2n';
/** The same where attention is written out in parts, by the rules of grouped-attention.ts and asked-tokens.ts: others have other last bits. */
const KV_RULE_IN_PARTS = 'host-64x2n-parts';

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
  /** Whether the logits after every token are wanted, of which no row has fewer than the width, instead of those after its last one. */
  readonly every?: boolean;
  /** Computes the logits after the last token twice, and gives them so. */
  readonly twice?: boolean;
}

export interface HostStepResult {
  /** For each row one after another, those after its last token, or after every one. */
  readonly logits: readonly Float32Array[];
  /** New keys and values, [rows, heads, width of the step, width] each. */
  readonly added: readonly Float32Array[];
}

/** The tokens of a row after which the logits are wanted. */
function placesOf(row: readonly number[], { width, every, twice }: HostStep): number[] {
  if (every) return Array.from({ length: width }, (_, place) => place);
  return Array.from({ length: twice ? 2 : 1 }, () => row.length - 1);
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
  const session = await openSession(onnxPath, on, graph.file);
  const tokenInputs = tokenInputsOf(session);
  async function run(step: HostStep): Promise<HostStepResult> {
    try {
      const outputs = await session.run(feedsOf(step));
      return { logits: logitsOf(outputs, step), added: addedOf(outputs, step) };
    } catch (error) {
      throw ofGraph(onnxPath, error);
    }
  }

  /** Attention in parts has a side of one between heads and tokens, for the queries of a head of keys. */
  function cacheShape(rows: number, tokens: number): number[] {
    const { kvHeads, headDim } = config;
    return graph.queriesPerKey === undefined
      ? [rows, kvHeads, tokens, headDim]
      : [rows, kvHeads, 1, tokens, headDim];
  }

  function feedsOf(step: HostStep): Feeds {
    const { past, capacity, lengths, ids, width } = step;
    const rows = ids.length;
    const total = capacity + width;
    const tokens = new BigInt64Array(rows * width);
    const positions = new BigInt64Array(rows * width);
    const mask = new BigInt64Array(rows * total);
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
    });
    const feeds: Feeds = {
      input_ids: new ort.Tensor('int64', tokens, [rows, width]),
      attention_mask: new ort.Tensor('int64', mask, [rows, total]),
    };
    if (tokenInputs.includes('position_ids')) {
      feeds.position_ids = new ort.Tensor('int64', positions, [rows, width]);
    }
    if (graph.queriesPerKey !== undefined) {
      const { queriesPerKey, windows } = graph;
      const { headDim } = config;
      Object.assign(feeds, attentionFeeds({ lengths, capacity, width, queriesPerKey, headDim }, windows));
    }
    if (graph.lastOnly) {
      const places = ids.flatMap((row) => placesOf(row, step));
      feeds[LAST_POSITION] = new ort.Tensor('int64', BigInt64Array.from(places, BigInt), [
        rows,
        places.length / rows,
        1,
      ]);
    }
    const shape = cacheShape(rows, capacity);
    cacheNames.forEach((name, t) => {
      feeds[`past_key_values.${name}`] = new ort.Tensor('float32', past[t] ?? new Float32Array(0), shape);
    });
    return feeds;
  }

  function logitsOf(outputs: Outputs, step: HostStep): Float32Array[] {
    const { vocabSize } = config;
    const { ids, width, every, twice } = step;
    const given = graph.lastOnly && !every;
    const positions = given ? (twice ? 2 : 1) : width;
    const logits = floatsOf(outputs, 'logits', [ids.length, positions, vocabSize]);
    return ids.flatMap((row, r) => {
      return placesOf(row, step).map((place, i) => {
        const at = (r * positions + (given ? i : place)) * vocabSize;
        return logits.subarray(at, at + vocabSize);
      });
    });
  }

  function addedOf(outputs: Outputs, { ids, width }: HostStep): Float32Array[] {
    const [rows, count] = [ids.length, cacheNames.length];
    const all = floatsOf(outputs, NEW_CACHE, cacheShape(count * rows, width));
    const each = all.length / count;
    return cacheNames.map((_, t) => all.subarray(t * each, (t + 1) * each));
  }

  let sharing: string | undefined;
  let together = false;
  try {
    requireNames(
      onnxPath,
      session,
      [
        ...tokenInputs,
        ...cacheNames.map((name) => `past_key_values.${name}`),
        ...(graph.lastOnly ? [LAST_POSITION] : []),
        ...(graph.queriesPerKey === undefined ? [] : attentionInputs(graph.windows)),
      ],
      ['logits', NEW_CACHE],
    );
    requireCacheShape(onnxPath, session, config);
    const hindrance = await checkPadding(run, config, graph.rounds);
    if (hindrance !== undefined) {
      await session.release();
      return { hindrance };
    }
    sharing = await checkSharing(run, config, on.provider === 'cpu' ? COMPANY : MANY_COMPANIES);
    together = sharing !== undefined && (await checkTogether(run, config));
  } catch (error) {
    await session.release();
    throw ofGraph(onnxPath, error);
  }
  const traits: DecoderTraits = {
    kvRule: graph.queriesPerKey === undefined ? KV_RULE : KV_RULE_IN_PARTS,
    shared: sharing === undefined,
    ...(together && { together }),
    ...(sharing && { hindrance: sharing }),
  };
  const { provider } = on;
  return { ...createRows(run, config), traits, provider, release: () => session.release() };
}

interface StepOptions {
  /** Where in the lane the rows are put. */
  readonly atFront: boolean;
  readonly every?: boolean;
  readonly together?: boolean;
}

/** A row, and what the graph made of its tokens. */
interface RunRow {
  readonly row: KvRow;
  readonly ids: readonly number[];
  readonly logits: readonly Float32Array[];
  readonly added: Added;
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

  /** What the graph makes of rows of one lane, in the order of the inputs; nothing is appended yet. */
  async function runRows(
    inputs: readonly StepInput[],
    width: number,
    { atFront, every = false, together = false }: StepOptions,
  ): Promise<RunRow[]> {
    const own = inputs.map(({ row }) => find(row));
    const [{ lane } = { lane: undefined }] = own;
    if (!lane) return [];
    const companion = together ? companionOf(own.length, width, every) : undefined;
    const rows = companion === 'idle row' ? [...own, cache.idle(lane)] : own;
    const first = cache.gather(rows, atFront);
    const order = rows.map((row, input) => ({ row, input })).sort((a, b) => a.row.index - b.row.index);
    const { logits, added } = await run({
      past: Array.from({ length: tensors }, (_, t) => cache.view(lane, t, first, rows.length)),
      capacity: lane.capacity,
      lengths: order.map(({ row }) => row.length),
      ids: order.map(({ input }) => inputs[input]?.ids ?? IDLE_IDS),
      width,
      every,
      twice: companion === 'place twice',
    });
    const each = every ? width : 1;
    const result: RunRow[] = [];
    order.forEach(({ row, input }, place) => {
      const ids = inputs[input]?.ids;
      if (ids === undefined) return;
      result[input] = {
        row,
        ids,
        logits: logits.slice(place * each, (place + 1) * each),
        added: { tensors: added, step: width, place },
      };
    });
    return result;
  }

  return {
    capacityOf: capacityFor,
    open: () => remember(cache.open()),
    fork: (row) => remember(cache.fork(find(row))),
    close(row) {
      cache.close(find(row));
      own.delete(row);
    },
    async step(inputs, width, together = false) {
      // Rows that generate stay in front, so that their places rarely change.
      const rows = await runRows(inputs, width, { atFront: width === 1, together });
      return rows.map(({ row, ids, logits, added }) => {
        cache.append(row, ids.length, added);
        return logits[0] ?? new Float32Array(0);
      });
    },
    async verify(inputs) {
      const given = inputs.map(({ row, id, draft }) => ({ row, ids: [id, ...draft] }));
      const rows = await runRows(given, given[0]?.ids.length ?? 0, { atFront: true, every: true });
      return rows.map(({ row, logits, added }) => ({
        logits,
        keep: (accepted) => cache.append(row, 1 + accepted, added),
      }));
    },
    forget: (row, length) => cache.truncate(find(row), length),
    cut: (row, from, to) => cache.cut(find(row), from, to),
    paste: (row, block) => cache.paste(find(row), block),
  };
}
