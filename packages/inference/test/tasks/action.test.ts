import { describe, expect, it } from 'vitest';
import { engineForTests, failureOf, modelJson } from './support.js';

const engine = engineForTests();

interface Example {
  readonly observation: readonly number[];
  readonly allowed: readonly boolean[];
  readonly logits: readonly number[];
  readonly action: number;
}

const examples = modelJson<Example[]>('queue-policy', 'examples.json');

const act = async (chosen: readonly Example[], temperature = 0, seed = 0) =>
  (
    await engine().run({
      task: 'action',
      model: 'queue-policy',
      inputs: {
        observations: chosen.map(({ observation, allowed }) => ({
          values: [...observation],
          allowed: [...allowed],
        })),
        temperature,
      },
      seed,
    })
  ).output.actions;

describe('queue-policy', () => {
  it('acts in recorded states as in the framework that trained it', async () => {
    expect(examples).toHaveLength(64);
    const actions = await act(examples);
    examples.forEach(({ allowed, logits, action }, index) => {
      const found = actions[index];
      expect(found?.action).toBe(action);
      expect(found?.name).toBe(action === 8 ? 'wait' : `admit ${action}`);
      logits.forEach((logit, at) => {
        if (allowed[at]) expect(Math.abs(logit - (found?.logits[at] ?? Number.NaN))).toBeLessThan(0.01);
        else expect(found?.probabilities[at]).toBe(0);
      });
    });
    expect(new Set(examples.map(({ action }) => action)).size).toBeGreaterThan(2);
  });

  it('draws by seed and place, and never what is not allowed', async () => {
    const drawn = await act(examples, 5, 7);
    expect(await act(examples, 5, 7)).toEqual(drawn);
    const other = await act(examples, 5, 8);
    expect(other.map(({ action }) => action)).not.toEqual(drawn.map(({ action }) => action));
    drawn.forEach(({ action }, index) => {
      expect(examples[index]?.allowed[action]).toBe(true);
    });
  });

  it('names observations of another shape, and situations without a choice', async () => {
    const [example] = examples;
    if (!example) throw new Error('no examples');
    const short = act([example, { ...example, observation: example.observation.slice(1) }]);
    expect(await failureOf(short)).toBe(
      'bad_request inputs.observations.1.values: expected 126 numbers, [9, 14], found 125',
    );
    const none = act([{ ...example, allowed: example.allowed.map(() => false) }]);
    expect(await failureOf(none)).toMatch(/^bad_request inputs\.observations\.0\.allowed: /);
  });
});
