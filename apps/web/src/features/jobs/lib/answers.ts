import type { AnswerView } from '@inferscan/api/client';
import type { OpAsk } from './prompts';

/** An answer with the prompt that it answers, where the definition tells. */
export interface AnsweredPrompt {
  answer: AnswerView;
  prompt: string | undefined;
}

/** Pairs answers with prompts: within an op, prompts are answered in order. */
export function answeredPrompts(asks: readonly OpAsk[], answers: readonly AnswerView[]): AnsweredPrompt[] {
  const prompts = new Map(asks.map((ask) => [ask.op, ask.prompts ?? []]));
  const places = new Map<string, number>();
  return answers.map((answer) => {
    const place = places.get(answer.op) ?? 0;
    places.set(answer.op, place + 1);
    return { answer, prompt: prompts.get(answer.op)?.[place] };
  });
}
