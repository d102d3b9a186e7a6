export interface PenaltyRule {
  /** 1 changes nothing. */
  readonly repetitionPenalty: number;
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** By token id. */
  readonly logitBias: Readonly<Record<string, number>>;
}

/** Changes logits by what was said before. */
export interface Penalties {
  /** The logits to choose from; the same object where nothing changes. */
  apply(logits: Float32Array): ArrayLike<number>;
  /** A token was generated. */
  saw(id: number): void;
}

/**
 * The repetition penalty (Keskar et al., "CTRL", 2019) counts the prompt's tokens too, the other two (as in OpenAI's API) only
 * generated ones; biases are added last.
 */
export function createPenalties(rule: PenaltyRule, promptIds: readonly number[]): Penalties {
  const generated = new Map<number, number>();
  const seen = new Set(promptIds);
  const biases = Object.entries(rule.logitBias).map(([id, bias]) => [Number(id), bias] as const);
  const repeats = rule.repetitionPenalty !== 1;
  const counts = rule.frequencyPenalty !== 0 || rule.presencePenalty !== 0;
  if (!repeats && !counts && biases.length === 0) {
    return { apply: (logits) => logits, saw: () => undefined };
  }
  return {
    apply(logits) {
      const changed = new Float64Array(logits);
      const change = (id: number, to: (logit: number) => number) => {
        const logit = changed[id];
        if (logit !== undefined) changed[id] = to(logit);
      };
      if (repeats) {
        for (const id of seen) {
          change(id, (logit) =>
            logit > 0 ? logit / rule.repetitionPenalty : logit * rule.repetitionPenalty,
          );
        }
      }
      if (counts) {
        for (const [id, count] of generated) {
          change(id, (logit) => logit - rule.frequencyPenalty * count - rule.presencePenalty);
        }
      }
      for (const [id, bias] of biases) change(id, (logit) => logit + bias);
      return changed;
    },
    saw(id) {
      seen.add(id);
      generated.set(id, (generated.get(id) ?? 0) + 1);
    },
  };
}
