import { InferenceError } from '../errors.js';
import type { Matcher } from './matcher.js';

/** Keeps one output to a schema. */
export interface Constraint {
  /**
   * The logits with those of tokens beyond reach that may not come next.
   * @throws InferenceError bad_request when none may
   */
  apply(logits: ArrayLike<number>): Promise<Float64Array>;
  /** The token that was chosen. */
  accept(id: number): void;
  /** Whether nothing more may come; never so where stop tokens are what may come then. */
  ended(): Promise<boolean>;
  close(): void;
}

/** @param hasStops whether the model has tokens that end its output */
export function constrain(matcher: Matcher, hasStops: boolean): Constraint {
  return {
    async apply(logits) {
      const mask = await matcher.next();
      const allowed = new Float64Array(logits);
      let isAny = false;
      for (let id = 0; id < allowed.length; id++) {
        const mayCome = ((mask?.[id >> 5] ?? 0) >>> (id & 31)) & 1;
        if (mayCome) isAny ||= (allowed[id] as number) > Number.NEGATIVE_INFINITY;
        else allowed[id] = Number.NEGATIVE_INFINITY;
      }
      if (!isAny) {
        throw new InferenceError(
          'bad_request',
          "jsonSchema: the model's tokens cannot write what must come next",
        );
      }
      return allowed;
    },
    accept: (id) => matcher.accept(id),
    // Not asked for without need: what may come next is worked out while the model's next step runs.
    ended: async () => !hasStops && (await matcher.next()) === undefined,
    close: () => matcher.close(),
  };
}
