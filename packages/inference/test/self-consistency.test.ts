import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../src/contract.js';
import { answerByVote } from '../src/test-time/self-consistency.js';
import { countVotes, fewestToDecide, isDecided } from '../src/test-time/vote.js';
import { engineWithThreads } from './support.js';

describe('votes', () => {
  const answers = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 });

  it('go to the answer given most often, at equality to the first', () => {
    expect(countVotes([])).toBeNull();
    expect(countVotes(['b', 'a', 'a'])).toEqual({ answer: 'a', votes: 2, runnerUp: 1 });
    expect(countVotes(['b', 'a'])).toEqual({ answer: 'b', votes: 1, runnerUp: 1 });
    expect(countVotes(['a', 'a'])).toEqual({ answer: 'a', votes: 2, runnerUp: 0 });
  });

  it('are decided only when nothing that follows changes the answer', () => {
    fc.assert(
      fc.property(answers, answers, (given, more) => {
        const standing = countVotes(given);
        fc.pre(standing !== null);
        if (standing === null || !isDecided(standing, more.length)) return;
        expect(countVotes([...given, ...more])?.answer).toBe(standing.answer);
      }),
    );
  });
});

describe('the fewest further answers that can decide', () => {
  const answers = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

  it('decide if all are for the leader, and no fewer ever do', () => {
    fc.assert(
      fc.property(answers, answers, (given, more) => {
        fc.pre(more.length > 0);
        const fewest = fewestToDecide(countVotes(given), more.length);
        expect(fewest).toBeGreaterThan(0);
        expect(fewest).toBeLessThanOrEqual(more.length);
        for (let count = 1; count < fewest; count++) {
          const standing = countVotes([...given, ...more.slice(0, count)]);
          expect(standing && isDecided(standing, more.length - count)).toBe(false);
        }
        const leader = countVotes(given)?.answer ?? 'a';
        const agreed = countVotes([...given, ...new Array<string>(fewest).fill(leader)]);
        if (fewest < more.length) expect(agreed && isDecided(agreed, more.length - fewest)).toBe(true);
      }),
    );
  });
});

describe('an answer by vote', () => {
  let engine: InferenceEngine;
  const request = {
    model: 'long-multiplication-small',
    prompt: '48321*90755',
    reasoning: true,
    temperature: 1.2,
    seed: 3,
  };

  beforeAll(async () => {
    engine = (await engineWithThreads()).engine;
  });
  afterAll(() => engine.close());

  it('is what most of its samples gave, and always the same', async () => {
    const answer = await answerByVote(engine, request, { samples: 7 });
    expect(answer.text).toBe(countVotes(answer.results.map(({ text }) => text))?.answer);
    expect(answer.votes).toBe(answer.results.filter(({ text }) => text === answer.text).length);
    expect(answer.results.map(({ seed }) => seed)).toEqual(answer.results.map((_, index) => 3 + index));
    const again = await answerByVote(engine, request, { samples: 7 });
    expect(again.results.map(({ tokenIds }) => tokenIds)).toEqual(
      answer.results.map(({ tokenIds }) => tokenIds),
    );
  });

  it('counts the tokens of every sample, reasoning apart', async () => {
    const { tokens, results, drawn } = await answerByVote(engine, request, { samples: 3 });
    expect(drawn).toBe(results.length);
    expect(tokens.completion).toBe(results.reduce((sum, result) => sum + result.tokenIds.length, 0));
    expect(tokens.reasoning).toBeLessThan(tokens.completion);
    expect(tokens.prompt).toBe(drawn * (results[0]?.tokens.prompt ?? 0));
  });

  it('ends when it is decided', async () => {
    const certain = { ...request, prompt: '12*3', temperature: 0.01 };
    const answer = await answerByVote(engine, certain, { samples: 9 });
    expect(answer).toMatchObject({ text: '36', votes: 5, drawn: 5, ended: 'decided' });
  });

  it('keeps to its budget; what was cut off does not vote', async () => {
    const answer = await answerByVote(engine, request, { samples: 9, tokenBudget: 150 });
    expect(answer.tokens.completion).toBe(150);
    expect(answer).toMatchObject({ drawn: 2, ended: 'budget', votes: 1 });
    expect(answer.results[1]?.finishReason).toBe('length');
    const none = await answerByVote(engine, request, { samples: 2, tokenBudget: 20 });
    expect(none).toMatchObject({ text: '', votes: 0, drawn: 1, ended: 'budget' });
  });

  it('refuses what makes no sense, by name', async () => {
    const same = answerByVote(engine, { ...request, temperature: 0 }, { samples: 3 });
    await expect(same).rejects.toThrow('temperature: must be above 0');
    await expect(answerByVote(engine, request, { samples: 0 })).rejects.toThrow('samples');
    await expect(answerByVote(engine, request, { samples: 2, tokenBudget: 0.5 })).rejects.toThrow(
      'tokenBudget',
    );
  });

  it('can be cancelled between and within samples', async () => {
    const stop = new AbortController();
    const answer = answerByVote(engine, request, { samples: 200, signal: stop.signal });
    await engine.generate({ model: 'arithmetic', prompt: '2*3' });
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  });
});
