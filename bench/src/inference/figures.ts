import { PEER_FIGURES } from './peers/figures.js';

/** Measured on the project's own models. */
export const OWN_FIGURES: readonly string[] = [
  'tokens_per_s',
  'continuous_batching_gain_32',
  'time_between_tokens_p95_ms',
];

/** All that can be measured alone. */
export const INFERENCE_FIGURES = [...OWN_FIGURES, ...PEER_FIGURES.map(({ figure }) => figure)];
