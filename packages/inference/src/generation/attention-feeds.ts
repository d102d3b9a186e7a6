import * as ort from 'onnxruntime-node';
import { NEW_MASK, newMaskOf, PAST_MASK, pastMaskOf, QUERY_SHAPE } from '../graph/grouped-attention.js';
import type { Feeds } from './graph-io.js';

/** What is added to scores of what is not there, or not looked at: its share becomes zero. */
const MASKED = -1e9;

/** A step, as attention in parts sees it. */
export interface AttentionStep {
  /** Tokens that each row has in the cache. */
  readonly lengths: readonly number[];
  readonly capacity: number;
  /** New tokens of each row. */
  readonly width: number;
  /** Queries for each head of keys: each has the new tokens one after another. */
  readonly queriesPerKey: number;
  /** How wide a head is. */
  readonly headDim: number;
}

export const attentionInputs = (windows: readonly number[]): string[] => [
  ...[QUERY_SHAPE, PAST_MASK, NEW_MASK],
  ...windows.flatMap((window) => [pastMaskOf(window), newMaskOf(window)]),
];

/** What a graph takes whose attention is written out in parts: masks, and how its queries go into products. */
export function attentionFeeds(step: AttentionStep, windows: readonly number[]): Feeds {
  const feeds: Feeds = {
    [QUERY_SHAPE]: queryShape(step),
    [PAST_MASK]: pastMask(step),
    [NEW_MASK]: newMask(step, Number.POSITIVE_INFINITY),
  };
  for (const window of windows) {
    feeds[pastMaskOf(window)] = pastWindow(step, window);
    feeds[newMaskOf(window)] = newMask(step, window);
  }
  return feeds;
}

/** A single token's queries see the same of the cache: each has a product of its own. Those of several tokens share one. */
const queriesOfProduct = ({ width, queriesPerKey }: AttentionStep): number =>
  width === 1 ? 1 : queriesPerKey * width;

function queryShape(step: AttentionStep): ort.Tensor {
  const products = step.width === 1 ? step.queriesPerKey : 1;
  const shape = [0, 0, products, queriesOfProduct(step), step.headDim];
  return new ort.Tensor('int64', BigInt64Array.from(shape, BigInt), [shape.length]);
}

function pastMask({ lengths, capacity }: AttentionStep): ort.Tensor {
  const mask = new Float32Array(lengths.length * capacity);
  lengths.forEach((length, row) => {
    mask.fill(MASKED, row * capacity + length, (row + 1) * capacity);
  });
  return new ort.Tensor('float32', mask, [lengths.length, 1, 1, 1, capacity]);
}

/** Each query sees another part of the cache: the window moves along with the new tokens. */
function pastWindow(step: AttentionStep, window: number): ort.Tensor {
  const { lengths, capacity, width } = step;
  const queries = queriesOfProduct(step);
  const mask = new Float32Array(lengths.length * queries * capacity).fill(MASKED);
  lengths.forEach((length, row) => {
    for (let query = 0; query < queries; query++) {
      const first = Math.max(0, length + (query % width) - window + 1);
      const at = (row * queries + query) * capacity;
      if (first < length) mask.fill(0, at + first, at + length);
    }
  });
  return new ort.Tensor('float32', mask, [lengths.length, 1, 1, queries, capacity]);
}

/** Tokens look at themselves and those before them, in every group of queries. */
function newMask(step: AttentionStep, window: number): ort.Tensor {
  const { width } = step;
  const queries = queriesOfProduct(step);
  const mask = new Float32Array(queries * width).fill(MASKED);
  for (let query = 0; query < queries; query++) {
    const token = query % width;
    mask.fill(0, query * width + Math.max(0, token - window + 1), query * width + token + 1);
  }
  return new ort.Tensor('float32', mask, [1, 1, 1, queries, width]);
}
