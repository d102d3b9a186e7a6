import * as ort from 'onnxruntime-node';
import { NEW_MASK, newMaskOf, PAST_MASK, pastMaskOf } from '../graph/grouped-attention.js';
import type { Feeds } from './graph-io.js';

/** What is added to scores of what is not there, or not looked at: its share becomes zero. */
const MASKED = -1e9;

/** What masks depend on. */
export interface Masked {
  /** Tokens that each row has in the cache. */
  readonly lengths: readonly number[];
  readonly capacity: number;
  /** New tokens of each row. */
  readonly width: number;
  /** Queries for each head of keys: each has the new tokens one after another. */
  readonly queriesPerKey: number;
}

export const maskNames = (windows: readonly number[]): string[] => [
  ...[PAST_MASK, NEW_MASK],
  ...windows.flatMap((window) => [pastMaskOf(window), newMaskOf(window)]),
];

/** Masks for a graph whose attention is written out in parts. */
export function masksOf(step: Masked, windows: readonly number[]): Feeds {
  const feeds: Feeds = { [PAST_MASK]: pastMask(step), [NEW_MASK]: newMask(step, Number.POSITIVE_INFINITY) };
  for (const window of windows) {
    feeds[pastMaskOf(window)] = pastWindow(step, window);
    feeds[newMaskOf(window)] = newMask(step, window);
  }
  return feeds;
}

function pastMask({ lengths, capacity }: Masked): ort.Tensor {
  const mask = new Float32Array(lengths.length * capacity);
  lengths.forEach((length, row) => {
    mask.fill(MASKED, row * capacity + length, (row + 1) * capacity);
  });
  return new ort.Tensor('float32', mask, [lengths.length, 1, 1, capacity]);
}

/** Each query sees another part of the cache: the window moves along with the new tokens. */
function pastWindow({ lengths, capacity, width, queriesPerKey }: Masked, window: number): ort.Tensor {
  const queries = queriesPerKey * width;
  const mask = new Float32Array(lengths.length * queries * capacity).fill(MASKED);
  lengths.forEach((length, row) => {
    for (let query = 0; query < queries; query++) {
      const first = Math.max(0, length + (query % width) - window + 1);
      const at = (row * queries + query) * capacity;
      if (first < length) mask.fill(0, at + first, at + length);
    }
  });
  return new ort.Tensor('float32', mask, [lengths.length, 1, queries, capacity]);
}

/** Tokens look at themselves and those before them, in every group of queries. */
function newMask({ width, queriesPerKey }: Masked, window: number): ort.Tensor {
  const queries = queriesPerKey * width;
  const mask = new Float32Array(queries * width).fill(MASKED);
  for (let query = 0; query < queries; query++) {
    const token = query % width;
    mask.fill(0, query * width + Math.max(0, token - window + 1), query * width + token + 1);
  }
  return new ort.Tensor('float32', mask, [1, 1, queries, width]);
}
