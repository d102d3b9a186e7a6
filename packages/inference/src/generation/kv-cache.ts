import type { KvBlock, Row } from './decoder.js';

/** Tokens of the smallest capacity; the others are this one doubled. Capacities that are no multiple of 64 change bits. */
const SMALLEST_CAPACITY = 64;

/** Room for so many tokens: a function of the length alone, so that a row is computed in the same way in any company. */
export function capacityFor(length: number): number {
  let capacity = SMALLEST_CAPACITY;
  while (capacity < length) capacity *= 2;
  return capacity;
}

export interface KvShape {
  /** Keys and values of every layer. */
  readonly tensors: number;
  readonly heads: number;
  readonly width: number;
}

/** Rows of the same capacity, side by side: each tensor is [slots, heads, capacity, width]. */
export interface Lane {
  readonly capacity: number;
  readonly rows: KvRow[];
  tensors: Float32Array[];
  slots: number;
}

export interface KvRow extends Row {
  length: number;
  lane: Lane;
  /** Place in the lane. */
  index: number;
}

export interface KvCache {
  open(): KvRow;
  /** A row without tokens in a lane, always the same. */
  idle(lane: Lane): KvRow;
  fork(row: KvRow): KvRow;
  close(row: KvRow): void;
  /** Puts these rows of one lane next to each other where they are not, at its front or its back; returns where the first is. */
  gather(rows: readonly KvRow[], atFront: boolean): number;
  /** Part of a lane's tensor, without a copy. */
  view(lane: Lane, tensor: number, first: number, count: number): Float32Array;
  /** Appends the first tokens that a step gave a row, which moves to another lane where it outgrows its own. */
  append(row: KvRow, count: number, added: Added): void;
  /** Takes the tokens behind the first so many back; the row moves where fewer need less room. */
  truncate(row: KvRow, length: number): void;
  cut(row: KvRow, from: number, to: number): KvBlock;
  paste(row: KvRow, block: KvBlock): void;
}

/** What a step adds for one of its rows. */
export interface Added {
  /** Each [rows, heads, step, width]. */
  readonly tensors: readonly Float32Array[];
  /** Tokens of the step. */
  readonly step: number;
  /** Which of the rows it is. */
  readonly place: number;
}

/** Keys and values in memory of this process, grown by doubling. Lanes keep their memory for the rows that come next. */
export function createKvCache({ tensors, heads, width }: KvShape): KvCache {
  const lanes = new Map<number, Lane>();

  function laneOf(capacity: number): Lane {
    const lane = lanes.get(capacity) ?? { capacity, rows: [], slots: 0, tensors: [] };
    lanes.set(capacity, lane);
    return lane;
  }

  /** A new place at the end of a lane. */
  function add(lane: Lane): number {
    if (lane.rows.length === lane.slots) {
      lane.slots = Math.max(1, lane.slots * 2);
      lane.tensors = Array.from({ length: tensors }, (_, t) => {
        const grown = new Float32Array(lane.slots * heads * lane.capacity * width);
        grown.set(lane.tensors[t] ?? []);
        return grown;
      });
    }
    return lane.rows.length;
  }

  function remove({ lane, index, length }: KvRow): void {
    clear(lane, index, length);
    const last = lane.rows.pop();
    if (last && last.index !== index) {
      copy(lane, last.index, lane, index, last.length);
      clear(lane, last.index, last.length);
      last.index = index;
      lane.rows[index] = last;
    }
  }

  /** What was there could be infinite, and nothing times infinity is not nothing. */
  function clear(lane: Lane, index: number, length: number, from = 0): void {
    eachHead(lane, index, (tensor, start) => tensor.fill(0, start + from * width, start + length * width));
  }

  function copy(from: Lane, fromIndex: number, to: Lane, toIndex: number, length: number): void {
    for (let t = 0; t < tensors; t++) {
      const [source, target] = [tensorOf(from, t), tensorOf(to, t)];
      for (let head = 0; head < heads; head++) {
        const start = offset(from, fromIndex, head);
        target.set(source.subarray(start, start + length * width), offset(to, toIndex, head));
      }
    }
  }

  function swap(lane: Lane, a: KvRow, b: KvRow): void {
    const size = Math.max(a.length, b.length) * width;
    for (let t = 0; t < tensors; t++) {
      const tensor = tensorOf(lane, t);
      for (let head = 0; head < heads; head++) {
        const [left, right] = [offset(lane, a.index, head), offset(lane, b.index, head)];
        const kept = tensor.slice(left, left + size);
        tensor.copyWithin(left, right, right + size);
        tensor.set(kept, right);
      }
    }
    [a.index, b.index] = [b.index, a.index];
    lane.rows[a.index] = a;
    lane.rows[b.index] = b;
  }

  function eachHead(lane: Lane, index: number, act: (tensor: Float32Array, start: number) => void): void {
    for (let t = 0; t < tensors; t++) {
      for (let head = 0; head < heads; head++) act(tensorOf(lane, t), offset(lane, index, head));
    }
  }

  function offset(lane: Lane, index: number, head: number): number {
    return (index * heads + head) * lane.capacity * width;
  }

  /** Moves a row to where there is room for so many tokens, and no more than for these. */
  function resize(row: KvRow, length: number): void {
    const capacity = capacityFor(length);
    if (capacity === row.lane.capacity) return;
    const lane = laneOf(capacity);
    const index = add(lane);
    copy(row.lane, row.index, lane, index, row.length);
    remove(row);
    row.lane = lane;
    row.index = index;
    lane.rows.push(row);
  }

  function append(row: KvRow, count: number, { tensors: sources, step, place }: Added): void {
    resize(row, row.length + count);
    const size = count * width;
    for (let t = 0; t < tensors; t++) {
      const [target, source] = [tensorOf(row.lane, t), sources[t]];
      if (source === undefined) throw new RangeError(`tensor ${t} is missing`);
      for (let head = 0; head < heads; head++) {
        const from = (place * heads + head) * step * width;
        copyFloats(source, from, target, offset(row.lane, row.index, head) + row.length * width, size);
      }
    }
    row.length += count;
  }

  function open(): KvRow {
    const lane = laneOf(SMALLEST_CAPACITY);
    const row: KvRow = { length: 0, lane, index: add(lane) };
    lane.rows.push(row);
    return row;
  }

  const idles = new Map<Lane, KvRow>();

  function idle(lane: Lane): KvRow {
    const known = idles.get(lane);
    if (known) return known;
    const row: KvRow = { length: 0, lane, index: add(lane) };
    lane.rows.push(row);
    idles.set(lane, row);
    return row;
  }

  return {
    open,
    idle,
    close: remove,
    fork(row) {
      const { lane } = row;
      const twin: KvRow = { length: row.length, lane, index: add(lane) };
      lane.rows.push(twin);
      copy(lane, row.index, lane, twin.index, row.length);
      return twin;
    },
    gather(rows, atFront) {
      const [{ lane } = { lane: undefined }] = rows;
      if (!lane || rows.some((row) => row.lane !== lane)) throw new RangeError('rows of several lanes');
      const places = rows.map(({ index }) => index);
      const lowest = Math.min(...places);
      // Rows that share no step are always where they should be.
      if (Math.max(...places) - lowest + 1 === rows.length) return lowest;
      const first = atFront ? 0 : lane.rows.length - rows.length;
      const chosen = new Set(rows);
      const inside = (row: KvRow) => row.index >= first && row.index < first + rows.length;
      const others = lane.rows.filter((row) => inside(row) && !chosen.has(row));
      for (const row of rows) {
        if (inside(row)) continue;
        const other = others.pop();
        if (other) swap(lane, row, other);
      }
      return first;
    },
    view(lane, tensor, first, count) {
      const row = heads * lane.capacity * width;
      return tensorOf(lane, tensor).subarray(first * row, (first + count) * row);
    },
    append,
    truncate(row, length) {
      if (length >= row.length) return;
      clear(row.lane, row.index, row.length, length);
      row.length = length;
      resize(row, length);
    },
    cut(row, from, to) {
      const size = (to - from) * width;
      const parts = Array.from({ length: tensors }, (_, t) => {
        const part = new Float32Array(heads * size);
        for (let head = 0; head < heads; head++) {
          const start = offset(row.lane, row.index, head) + from * width;
          part.set(tensorOf(row.lane, t).subarray(start, start + size), head * size);
        }
        return part;
      });
      return {
        tokens: to - from,
        bytes: tensors * heads * size * Float32Array.BYTES_PER_ELEMENT,
        tensors: parts,
      };
    },
    paste: (row, { tokens, tensors: parts }) =>
      append(row, tokens, { tensors: parts, step: tokens, place: 0 }),
  };
}

function tensorOf(lane: Lane, tensor: number): Float32Array {
  const found = lane.tensors[tensor];
  if (!found) throw new RangeError(`tensor ${tensor} is missing`);
  return found;
}

/** One token's worth is written faster by hand than through a view. */
const FEW_FLOATS = 64;

function copyFloats(
  source: Float32Array,
  from: number,
  target: Float32Array,
  to: number,
  count: number,
): void {
  if (count > FEW_FLOATS) target.set(source.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = source[from + i] ?? Number.NaN;
}
