/** Sizes of a Llama-like decoder. */
export interface LlamaShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** 107 million parameters: more than any cache of a processor holds, few enough to write in seconds. */
export const BENCH_SHAPE: LlamaShape = {
  layers: 8,
  hidden: 1024,
  heads: 16,
  kvHeads: 4,
  headDim: 64,
  inner: 2816,
  vocabulary: 8192,
  context: 4096,
};

/** The token that ends a text. Its logit is always zero, so that random weights never choose it. */
export const END_TOKEN = 2;

/** The ids before it are the tokenizers' own. */
export const FIRST_WORD = 3;

/** Matrices of a layer, named as llama.cpp's are: `x · W` with W of [inputs, outputs], row-major. */
export const LAYER_MATRICES = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as const;
export type LayerMatrix = (typeof LAYER_MATRICES)[number];

export interface Matrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly values: Float32Array;
}

export interface LlamaWeights {
  /** [vocabulary, hidden] */
  embedding(): Float32Array;
  matrix(layer: number, name: LayerMatrix): Matrix;
  head(): Matrix;
}

/** Weights of all matrices that a token is multiplied with. */
export function productParameters(shape: LlamaShape): number {
  const { layers, hidden, heads, kvHeads, headDim, inner, vocabulary } = shape;
  return layers * hidden * (2 * (heads + kvHeads) * headDim + 3 * inner) + hidden * vocabulary;
}

/** Random weights that depend on nothing but the seed; each is made anew when it is asked for. */
export function randomWeights(shape: LlamaShape, seed = 1): LlamaWeights {
  const { hidden, heads, kvHeads, headDim, inner, vocabulary } = shape;
  const sides: Readonly<Record<LayerMatrix, readonly [number, number]>> = {
    q: [hidden, heads * headDim],
    k: [hidden, kvHeads * headDim],
    v: [hidden, kvHeads * headDim],
    o: [heads * headDim, hidden],
    gate: [hidden, inner],
    up: [hidden, inner],
    down: [inner, hidden],
  };
  const draw = (place: number, count: number, deviation: number) =>
    nearlyNormal(seed * 1000 + place, count, deviation);
  const matrix = (place: number, [inputs, outputs]: readonly [number, number]): Matrix => ({
    inputs,
    outputs,
    values: draw(place, inputs * outputs, 1 / Math.sqrt(inputs)),
  });
  return {
    embedding: () => draw(0, vocabulary * hidden, 0.5),
    matrix: (layer, name) =>
      matrix(2 + layer * LAYER_MATRICES.length + LAYER_MATRICES.indexOf(name), sides[name]),
    head() {
      const head = matrix(1, [hidden, vocabulary]);
      for (let at = END_TOKEN; at < head.values.length; at += vocabulary) head.values[at] = 0;
      return head;
    },
  };
}

/** Sums of four uniform numbers, by Marsaglia's xorshift: fast, and the same everywhere. */
function nearlyNormal(seed: number, count: number, deviation: number): Float32Array {
  let state = Math.imul(seed, 2654435761) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  // A sum of four uniform numbers has a variance of a third.
  const scale = (deviation * Math.sqrt(3)) / 2 ** 32;
  const middle = 2 ** 33;
  const values = new Float32Array(count);
  for (let at = 0; at < count; at++) values[at] = (next() + next() + next() + next() - middle) * scale;
  return values;
}
