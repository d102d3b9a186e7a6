import type { ModelConfig } from '../loading/schemas.js';
import type { HostStep, HostStepResult } from './host-cache-decoder.js';
import { capacityFor } from './kv-cache.js';
import { companionOf, IDLE_IDS } from './together.js';

type Run = (step: HostStep) => Promise<HostStepResult>;

/** How far logits may lie apart, against the largest of them: far above rounding, far below another computation. */
const TOLERANCE = 1e-3;
/** The same for graphs that round activations to 8 bits: 1 % was seen with 8 layers. */
const ROUNDED_TOLERANCE = 0.05;
const PROMPT_TOKENS = 7;
const WIDTH = 8;
/** Tokens of a step that reads a draft. */
const DRAFTED = 4;
const TOKENS = PROMPT_TOKENS + 2 + DRAFTED;
/** Rows in company: on processors one number stands for all that were measured. */
export const COMPANY = [5] as const;
/** Where nobody measured: kernels of a GPU may be others for each number of rows. */
export const MANY_COMPANIES = [2, 3, 8, 17, 32] as const;
/** Where a row alone differs: products of few rows may be other kernels once more. */
const FEW = [2, 3, 5] as const;
/** Far more than attention windows are usually wide. */
const MUCH_ROOM = 8192;

/**
 * Whether masked room between a row's tokens and the new ones leaves what is computed as it is. Not so in graphs that take
 * distances from places in the cache instead of from position_ids: for biases, or for a window of so many tokens.
 * @param rounds whether the graph rounds activations
 * @returns what is wrong
 */
export async function checkPadding(
  run: Run,
  config: ModelConfig,
  rounds: boolean,
): Promise<string | undefined> {
  const tolerance = rounds ? ROUNDED_TOLERANCE : TOLERANCE;
  const prompt = tokens(config, 0);
  const close = await trace(run, config, [prompt], (length) => length);
  const roomy = await trace(run, config, [prompt], (length) =>
    length > PROMPT_TOKENS ? Math.min(capacityFor(config.contextTokens), MUCH_ROOM) : capacityFor(length),
  );
  const apart = close.some((exact, step) =>
    exact.some((logits, at) => !isNear(logits, roomy[step]?.[at], tolerance)),
  );
  return apart ? 'room in the cache changes what the graph computes' : undefined;
}

/**
 * Whether a row has the same logits, bit by bit, alone and in company.
 * @param companies numbers of rows to try, of which the last is the largest
 * @returns what is wrong
 */
export async function checkSharing(
  run: Run,
  config: ModelConfig,
  companies: readonly number[],
): Promise<string | undefined> {
  const prompts = Array.from({ length: companies.at(-1) ?? 0 }, (_, row) => tokens(config, row));
  const alone: Awaited<ReturnType<typeof trace>>[] = [];
  for (const prompt of prompts) alone.push(await trace(run, config, [prompt], capacityFor));
  for (const size of companies) {
    const together = await trace(run, config, prompts.slice(0, size), capacityFor);
    const differs = alone
      .slice(0, size)
      .some((steps, row) => steps.some((own, step) => !areSame(own, rowOf(together[step], row, size))));
    if (differs) return 'a row has other bits in company than alone';
  }
  return undefined;
}

/**
 * Whether rows that are never computed alone have the same bits, whoever their company is: where that is nobody, it is a row that
 * belongs to nobody.
 */
export async function checkTogether(run: Run, config: ModelConfig): Promise<boolean> {
  const prompts = Array.from({ length: FEW.at(-1) ?? 0 }, (_, row) => tokens(config, row));
  const each: Awaited<ReturnType<typeof trace>>[] = [];
  for (const prompt of prompts) each.push(await trace(run, config, [prompt], capacityFor, true));
  for (const size of FEW) {
    const company = await trace(run, config, prompts.slice(0, size), capacityFor);
    const differs = each
      .slice(0, size)
      .some((steps, row) => steps.some((own, step) => !areSame(own, rowOf(company[step], row, size))));
    if (differs) return false;
  }
  return true;
}

/** Prefill, two more tokens, and some in one step as if they were drafted; the logits of every row after each. */
async function trace(
  run: Run,
  config: ModelConfig,
  prompts: readonly (readonly number[])[],
  capacityOf: (length: number) => number,
  together = false,
): Promise<(readonly Float32Array[])[]> {
  const steps: (readonly Float32Array[])[] = [];
  // A model may have too short a context for all of it.
  const drafted =
    (prompts[0]?.length ?? 0) === TOKENS ? [[PROMPT_TOKENS + 2, DRAFTED, DRAFTED] as const] : [];
  let length = 0;
  let cache: readonly Float32Array[] = Array.from({ length: 2 * config.layers }, () => new Float32Array(0));
  for (const [from, count, width] of [
    [0, PROMPT_TOKENS, WIDTH],
    [PROMPT_TOKENS, 1, 1],
    [PROMPT_TOKENS + 1, 1, 1],
    ...drafted,
  ] as const) {
    const capacity = capacityOf(length);
    const every = from > PROMPT_TOKENS + 1;
    const companion = together ? companionOf(prompts.length, width, every) : undefined;
    const idle = companion === 'idle row';
    const past = spread(cache, prompts.length * config.kvHeads, length, capacity, config.headDim);
    const { logits, added } = await run({
      past: idle ? past.map(withIdleRow) : past,
      capacity,
      lengths: [...prompts.map(() => length), ...(idle ? [0] : [])],
      ids: [...prompts.map((ids) => ids.slice(from, from + count)), ...(idle ? [IDLE_IDS] : [])],
      width,
      every,
      twice: companion === 'place twice',
    });
    steps.push(logits.slice(0, prompts.length * (every ? width : 1)));
    const own = idle ? added.map((tensor) => tensor.subarray(0, tensor.length / 2)) : added;
    cache = own.map((tensor, t) => append(cache[t], length, tensor, width, count, config.headDim));
    length += count;
  }
  return steps;
}

/** The keys or values of a row, and as much room behind it. */
function withIdleRow(row: Float32Array): Float32Array {
  const both = new Float32Array(2 * row.length);
  both.set(row);
  return both;
}

/** Heads of `length` tokens each, spread out to heads of `capacity` tokens. */
function spread(
  tensors: readonly Float32Array[],
  heads: number,
  length: number,
  capacity: number,
  width: number,
): Float32Array[] {
  return tensors.map((tensor) => {
    const wide = new Float32Array(heads * capacity * width);
    for (let head = 0; head < heads; head++) {
      wide.set(tensor.subarray(head * length * width, (head + 1) * length * width), head * capacity * width);
    }
    return wide;
  });
}

/** Heads of `length` tokens, each with `count` of the `step` tokens of `added` behind them. */
function append(
  tensor: Float32Array = new Float32Array(0),
  length: number,
  added: Float32Array,
  step: number,
  count: number,
  width: number,
): Float32Array {
  const heads = added.length / (step * width);
  const total = length + count;
  const longer = new Float32Array(heads * total * width);
  for (let head = 0; head < heads; head++) {
    longer.set(tensor.subarray(head * length * width, (head + 1) * length * width), head * total * width);
    const from = head * step * width;
    longer.set(added.subarray(from, from + count * width), (head * total + length) * width);
  }
  return longer;
}

function tokens({ vocabSize, contextTokens }: ModelConfig, row: number): number[] {
  const count = Math.min(TOKENS, contextTokens);
  return Array.from({ length: count }, (_, i) => (7 * i + 3 * row + i * row + 1) % vocabSize);
}

function isNear(a: Float32Array | undefined, b: Float32Array | undefined, tolerance: number): boolean {
  if (!a || !b) return false;
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) <= tolerance * scale);
}

/** Of so many rows in a step, what belongs to one. */
function rowOf(logits: readonly Float32Array[] = [], row: number, rows: number): readonly Float32Array[] {
  const each = logits.length / rows;
  return logits.slice(row * each, (row + 1) * each);
}

function areSame(a: readonly Float32Array[], b: readonly Float32Array[]): boolean {
  return a.length === b.length && a.every((logits, at) => isSame(logits, b[at]));
}

function isSame(a: Float32Array, b: Float32Array | undefined): boolean {
  return b !== undefined && a.every((value, i) => Object.is(value, b[i]));
}
