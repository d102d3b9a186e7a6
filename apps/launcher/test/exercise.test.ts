import { inferenceSpecOf, validateDefinition } from '@inferscan/formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawExercise, exerciseJob } from '../src/demo/exercise.js';

test('every demo job is a valid definition that asks what was drawn', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), fc.nat(0xffff), (draws, seed) => {
      const exercise = drawExercise((limit) => (draws.next().value ?? 0) % limit);
      for (const { left, right } of exercise.questions) {
        expect(left).toBeLessThan(1000);
        expect(right).toBeLessThan(100);
      }
      const definition = exerciseJob(exercise, seed);
      expect(validateDefinition(definition)).toMatchObject({ ok: true });
      const [op] = definition.ops;
      expect(op && inferenceSpecOf(op)).toMatchObject({
        ok: true,
        spec: {
          inputs: exercise.questions.map(({ left, right }) => `${left}*${right}`),
          params: { reasoning: exercise.reasoning, seed },
        },
      });
    }),
    { numRuns: 50 },
  );
});
