import { isDeepStrictEqual } from 'node:util';
import type { ModelFolder } from '../loading/model.js';

/** Says of models whether they have the same tokens. Comparing takes long where there are many, so that each pair is compared once. */
export interface TokenizerComparison {
  areSame(one: ModelFolder, other: ModelFolder): boolean;
}

export function createTokenizerComparison(): TokenizerComparison {
  const known = new WeakMap<ModelFolder, WeakMap<ModelFolder, boolean>>();
  return {
    areSame(one, other) {
      const others = known.get(one) ?? new WeakMap<ModelFolder, boolean>();
      known.set(one, others);
      const same =
        others.get(other) ??
        (one.config.vocabSize === other.config.vocabSize &&
          isDeepStrictEqual(one.tokenizer, other.tokenizer));
      others.set(other, same);
      return same;
    },
  };
}
