/** Layers to a distance of one temperature. */
const FINENESS = 64;
/**
 * Tokens further below the most likely one, in temperatures, are never drawn: a million of them weigh less together than
 * rounding leaves of its weight, 1.
 */
const FURTHEST = 52;
const DEEPEST = FURTHEST * FINENESS;
const LAYER_WEIGHTS = Float64Array.from({ length: DEEPEST }, (_, place) => Math.exp(-place / FINENESS));

const NO_PLACE = 0xffff;

/** exp(-depth / FINENESS) to 2e-14: what is left of a layer needs five terms, and takes less than Math.exp. */
function weightAt(depth: number): number {
  const place = depth | 0;
  const rest = (depth - place) * (1 / FINENESS);
  const terms =
    1 - rest * (1 - rest * (1 / 2) * (1 - rest * (1 / 3) * (1 - rest * (1 / 4) * (1 - rest * (1 / 5)))));
  return (LAYER_WEIGHTS[place] as number) * terms;
}

/** Tokens whose logits lie close together. */
export interface Layer {
  readonly count: number;
  /** What they weigh together. */
  readonly weight: number;
  /** None of them weighs less. */
  readonly least: number;
  /** Their logits, the largest first. */
  values(): Float64Array;
}

/** All tokens that may be drawn, most likely ones first, by layers; tokens with the same logit are in the same one. */
export interface Layers {
  readonly layers: readonly Layer[];
  /** The largest logit. */
  readonly peak: number;
  /** A token's weight by its logit: 1 for the most likely one, 0 where it may not be drawn. */
  weightOf(logit: number): number;
}

/**
 * Orders tokens as far as a draw needs it: a vocabulary of 150,000 takes 0.1 to 0.2 s to sort, and all but one layer need
 * no more than their sum.
 * @param temperature above 0
 * @returns undefined for what a broken model gives: a logit that is infinite or no number, or negative infinity only
 */
export function layersOf(given: ArrayLike<number>, temperature: number): Layers | undefined {
  const logits = given instanceof Float64Array ? given : new Float64Array(given);
  let peak = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (!(logit < Number.POSITIVE_INFINITY)) return undefined;
    if (logit > peak) peak = logit;
  }
  if (peak === Number.NEGATIVE_INFINITY) return undefined;
  // Of layers; finite, so that the most likely one lies at 0 whatever the temperature.
  const scale = Math.min(FINENESS / temperature, Number.MAX_VALUE);
  const weights = new Float64Array(DEEPEST);
  const counts = new Uint32Array(DEEPEST);
  const places = new Uint16Array(logits.length).fill(NO_PLACE);
  for (let id = 0; id < logits.length; id++) {
    const depth = (peak - (logits[id] as number)) * scale;
    if (!(depth < DEEPEST)) continue;
    const place = depth | 0;
    weights[place] = (weights[place] as number) + weightAt(depth);
    places[id] = place;
    counts[place] = (counts[place] as number) + 1;
  }

  function valuesAt(place: number, count: number): Float64Array {
    const values = new Float64Array(count);
    let found = 0;
    for (let id = 0; id < logits.length; id++) {
      if (places[id] === place) values[found++] = logits[id] as number;
    }
    return values.sort().reverse();
  }

  const layers: Layer[] = [];
  for (let place = 0; place < counts.length; place++) {
    const count = counts[place] as number;
    if (count === 0) continue;
    let values: Float64Array | undefined;
    layers.push({
      count,
      weight: weights[place] as number,
      least: Math.exp(-(place + 1) / FINENESS),
      values: () => {
        values ??= valuesAt(place, count);
        return values;
      },
    });
  }
  return {
    layers,
    peak,
    weightOf(logit) {
      const depth = (peak - logit) * scale;
      return depth < DEEPEST ? weightAt(depth) : 0;
    },
  };
}
