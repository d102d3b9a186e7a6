import { inferenceSpecOf, validateDefinition } from '@inferscan/formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawMultiplication, multiplicationJob } from '../src/demo/multiplication.js';

test('every demo job is a valid definition that asks what was drawn', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), fc.nat(0xffff), (draws, seed) => {
      const queue = [...draws];
      const question = drawMultiplication((limit) => (queue.shift() ?? 0) % limit);
      expect(question.left).toBeLessThan(1000);
      expect(question.right).toBeLessThan(100);
      const definition = multiplicationJob(question, seed);
      expect(validateDefinition(definition)).toMatchObject({ ok: true });
      const [op] = definition.ops;
      expect(op && inferenceSpecOf(op)).toMatchObject({
        ok: true,
        spec: {
          inputs: [`${question.left}*${question.right}`],
          params: { reasoning: question.reasoning, seed },
        },
      });
    }),
  );
});
