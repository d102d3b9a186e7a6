import type { AnswerView } from '@inferscan/api/client';
import { expect, test } from 'vitest';
import { answeredPrompts } from '../src/features/jobs/lib/answers';

const answer = (op: string, text: string): AnswerView => ({
  op,
  text,
  reasoning: '',
  finishReason: 'stop',
  tokens: { prompt: 1, completion: 1, reasoning: 0 },
});

test('answers meet their prompts op by op, in order', () => {
  const asks = [
    { op: 'a', model: 'arithmetic', prompts: ['2*2', '3*3'] },
    { op: 'b', model: 'arithmetic', prompts: null },
  ];
  const answers = [answer('a', '4'), answer('b', '?'), answer('a', '9'), answer('a', 'one too many')];
  expect(answeredPrompts(asks, answers).map(({ prompt }) => prompt)).toEqual([
    '2*2',
    undefined,
    '3*3',
    undefined,
  ]);
});
