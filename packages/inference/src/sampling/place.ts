import type { Layers } from './layers.js';

/** A place in the order of tokens, the most likely first and the lowest id first among equals. */
export interface Place {
  /** The logit of the token there; undefined behind the last one. */
  readonly logit: number | undefined;
  /** How many tokens with that logit come before. */
  readonly equals: number;
  /** What all tokens before weigh together, and how many they are. */
  readonly weight: number;
  readonly count: number;
}

/** Where the first token is that one of these holds for. */
export interface Until {
  /** As many come before. */
  readonly count?: number;
  /** Those before weigh so much together. */
  readonly weight?: number;
  /** With this one they weigh more than so much. */
  readonly beyond?: number;
  /** It weighs less. */
  readonly least?: number;
}

/** What is not given holds for none. */
export function findPlace(
  { layers, weightOf }: Layers,
  {
    count: most = Number.POSITIVE_INFINITY,
    weight: enough = Number.POSITIVE_INFINITY,
    beyond = Number.POSITIVE_INFINITY,
    least = 0,
  }: Until,
): Place {
  let [weight, count] = [0, 0];
  for (const layer of layers) {
    const whole = weight + layer.weight;
    // Sums in another order differ by rounding: what may end in this layer is looked at token by token.
    const margin = 1 + 1e-9;
    if (
      count + layer.count <= most &&
      whole * margin < enough &&
      whole * margin <= beyond &&
      layer.least >= least
    ) {
      [weight, count] = [whole, count + layer.count];
      continue;
    }
    let [before, equals] = [Number.NaN, 0];
    for (const logit of layer.values()) {
      equals = logit === before ? equals + 1 : 0;
      before = logit;
      const own = weightOf(logit);
      if (count >= most || weight >= enough || weight + own > beyond || own < least) {
        return { logit, equals, weight, count };
      }
      weight += own;
      count++;
    }
  }
  return { logit: undefined, equals: 0, weight, count };
}
