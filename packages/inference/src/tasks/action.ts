import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { InferenceError } from '../errors.js';
import { uniformAt } from '../sampling/random.js';
import { argmax } from '../sampling/sampler.js';
import { labelsSchema, softmax } from './labels.js';
import { rowsOf } from './rows.js';
import { defineTask } from './task.js';

const MAX_OBSERVATIONS = 1024;
const MAX_VALUES = 65_536;
/** What a choice that is not allowed has for a logit: below every other, but a number. */
const FORBIDDEN = -1e9;

const configSchema = z.object({
  observation_shape: z.array(z.int().min(1).max(MAX_VALUES)).min(1).max(4),
  id2label: labelsSchema,
});

interface Spec {
  readonly shape: readonly number[];
  readonly actions: readonly string[];
}

interface ChosenAction {
  readonly action: number;
  readonly name: string;
  /** Of each action, 0 for those that were not allowed. */
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
}

export interface Actions {
  /** One for each observation, in order. */
  readonly actions: readonly ChosenAction[];
}

/** What to do next in a situation: policies with `observation` in and one logit for each action out. */
export const action = defineTask({
  architecture: /ForAction$/,

  inputs: z.strictObject({
    observations: z
      .array(
        z.strictObject({
          /** Row by row, as config.json's `observation_shape` says. */
          values: z.array(z.number().min(-1e6).max(1e6)).min(1).max(MAX_VALUES),
          /** Whether each action may be taken; all may, where it is left out. */
          allowed: z.array(z.boolean()).max(MAX_VALUES).optional(),
        }),
      )
      .min(1)
      .max(MAX_OBSERVATIONS),
    /** 0 takes the best action; above, one is drawn from the probabilities, by seed and place. */
    temperature: z.number().min(0).max(10).default(0),
  }),

  async read(files): Promise<Spec> {
    const config = await files.json('config.json', configSchema);
    return { shape: config.observation_shape, actions: config.id2label };
  },

  graph: () => ({ inputs: ['observation'], outputs: ['logits'] }),

  prepare({ shape, actions }) {
    const size = shape.reduce((product, side) => product * side, 1);
    return async ({ observations, temperature }, graph, seed): Promise<Actions> => {
      const feed = new Float32Array(observations.length * size);
      observations.forEach(({ values, allowed }, index) => {
        const path = `inputs.observations.${index}`;
        if (values.length !== size) {
          const expected = `${size} numbers, [${shape.join(', ')}]`;
          throw new InferenceError(
            'bad_request',
            `${path}.values: expected ${expected}, found ${values.length}`,
          );
        }
        requireChoice(allowed, actions.length, `${path}.allowed`);
        feed.set(values, index * size);
      });
      const output = await graph.step({
        observation: new ort.Tensor('float32', feed, [observations.length, ...shape]),
      });
      const rows = rowsOf(output('logits'), observations.length, actions.length, 'logits');
      return {
        actions: rows.map((row, index) => {
          const logits = [...row].map((logit, at) =>
            (observations[index]?.allowed?.[at] ?? true) ? logit : FORBIDDEN,
          );
          const chosen =
            temperature === 0 ? argmax(logits) : draw(logits, temperature, uniformAt(seed, index));
          return {
            action: chosen,
            name: actions[chosen] ?? '',
            probabilities: softmax(logits, temperature === 0 ? 1 : temperature),
            logits,
          };
        }),
      };
    };
  },
});

function requireChoice(allowed: readonly boolean[] | undefined, count: number, path: string): void {
  if (allowed === undefined) return;
  if (allowed.length !== count) {
    throw new InferenceError('bad_request', `${path}: expected ${count} actions, found ${allowed.length}`);
  }
  if (!allowed.includes(true))
    throw new InferenceError('bad_request', `${path}: expected at least one action`);
}

function draw(logits: readonly number[], temperature: number, uniform: number): number {
  let cumulative = 0;
  const probabilities = softmax(logits, temperature);
  const chosen = probabilities.findIndex((probability) => {
    cumulative += probability;
    return uniform < cumulative;
  });
  // Rounding can leave the sum a hair below 1.
  return chosen >= 0 ? chosen : argmax(logits);
}
