import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../src/request.js';
import { logprobsOf } from '../src/sampling/logprobs.js';
import { createPenalties } from '../src/sampling/penalties.js';
import { ranked } from '../src/sampling/ranking.js';
import { candidates } from '../src/sampling/sampler.js';
import { createStopFilter } from '../src/tokens/stop-strings.js';

const SIZE = 12;
const logits = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: SIZE, maxLength: SIZE })
  .map((values) => Float32Array.from(values));
const id = fc.nat(SIZE - 1);

describe('ranking', () => {
  it('is the order of a stable sort, for as many as are wanted', () => {
    const values = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(values, fc.nat(45), (numbers, count) => {
        const sorted = numbers.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
        expect(ranked(numbers, count)).toEqual(sorted.slice(0, count).map(({ index }) => index));
      }),
    );
  });
});

describe('minP', () => {
  it('keeps exactly the tokens that are at least this fraction as likely as the most likely one', () => {
    fc.assert(
      fc.property(
        logits,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (values, minP, temperature) => {
          const peak = Math.max(...values);
          const expected = ranked(values).filter(
            (one) => Math.exp(((values[one] ?? 0) - peak) / temperature) >= minP,
          );
          const found = candidates(values, { temperature, topK: 0, topP: 1, minP });
          // topP 1 ends where the rest rounds to nothing.
          expect(found.map((one) => one.id)).toEqual(expected.slice(0, found.length));
          expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe('penalties', () => {
  const rule = fc.record({
    repetitionPenalty: fc.double({ min: 0.1, max: 10, noNaN: true }),
    frequencyPenalty: fc.double({ min: -2, max: 2, noNaN: true }),
    presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
    logitBias: fc.dictionary(id.map(String), fc.double({ min: -100, max: 100, noNaN: true })),
  });
  const history = fc.array(id, { maxLength: 20 });

  it('change each logit by what was seen, as written down plainly', () => {
    fc.assert(
      fc.property(logits, rule, history, history, (values, by, prompt, generated) => {
        const penalties = createPenalties(by, prompt);
        for (const one of generated) penalties.saw(one);
        const found = penalties.apply(values);
        values.forEach((value, one) => {
          const count = generated.filter((other) => other === one).length;
          let expected = value;
          if (count > 0 || prompt.includes(one)) {
            expected = value > 0 ? value / by.repetitionPenalty : value * by.repetitionPenalty;
          }
          if (count > 0) expected -= by.frequencyPenalty * count + by.presencePenalty;
          expect(found[one]).toBeCloseTo(expected + (by.logitBias[one] ?? 0), 9);
        });
      }),
    );
  });

  it('that change nothing give the same logits back', () => {
    const none = { repetitionPenalty: 1, frequencyPenalty: 0, presencePenalty: 0, logitBias: {} };
    const values = Float32Array.of(1, 2);
    const penalties = createPenalties(none, [0]);
    penalties.saw(1);
    expect(penalties.apply(values)).toBe(values);
  });
});

describe('log-probabilities', () => {
  it('are those of the softmax, the most likely first', () => {
    fc.assert(
      fc.property(logits, id, fc.nat(SIZE), (values, one, top) => {
        const total = [...values].reduce((sum, value) => sum + Math.exp(value), 0);
        const expected = (other: number) => Math.log(Math.exp(values[other] ?? 0) / total);
        const found = logprobsOf(values, one, top, (token) => [token]);
        expect(found.logprob).toBeCloseTo(expected(one), 6);
        expect(found.top.map((other) => other.id)).toEqual(ranked(values, top));
        expect(found.bytes).toEqual([one]);
        for (const other of found.top) expect(other.logprob).toBeCloseTo(expected(other.id), 6);
      }),
    );
  });
});

describe('stop strings', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
    maxLength: 3,
  });

  it('cut a text where the one begins that is complete first, however it comes in pieces', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), stops, (pieces, given) => {
        const filter = createStopFilter(given);
        let passed = '';
        let stopped = false;
        for (const piece of pieces) {
          const result = filter.push(piece);
          passed += result.text;
          stopped ||= result.stopped;
          // Nothing that was given is taken back, and no more is held than a stop string can need.
          expect(pieces.join('').startsWith(passed)).toBe(true);
        }
        const whole = pieces.join('');
        const ends = Array.from({ length: whole.length }, (_, at) => whole.slice(0, at + 1));
        const first = ends.find((text) => given.some((stop) => text.endsWith(stop)));
        const longest = Math.max(
          0,
          ...given.filter((stop) => first?.endsWith(stop)).map(({ length }) => length),
        );
        expect(stopped).toBe(first !== undefined);
        expect(passed + filter.flush()).toBe(first === undefined ? whole : first.slice(0, -longest));
      }),
      {
        examples: [
          [
            ['ca', 'a'],
            ['caa', 'a'],
          ],
        ],
      },
    );
  });

  it('hold back only what can still become one', () => {
    const filter = createStopFilter(['abc', 'bd']);
    expect(filter.push('xab')).toEqual({ text: 'x', stopped: false });
    expect(filter.push('x')).toEqual({ text: 'abx', stopped: false });
    expect(filter.push('ab')).toEqual({ text: '', stopped: false });
    expect(filter.push('dx')).toEqual({ text: 'a', stopped: true });
    expect(filter.push('more')).toEqual({ text: '', stopped: true });
    expect(filter.flush()).toBe('');
  });
});

describe('a request', () => {
  const request = { model: 'arithmetic', prompt: '1*2' };

  it.each([
    [{ minP: 1.1 }, /minP: .*<=1/],
    [{ repetitionPenalty: 0 }, /repetitionPenalty: .*>=0.1/],
    [{ frequencyPenalty: 3 }, /frequencyPenalty: .*<=2/],
    [{ presencePenalty: -3 }, /presencePenalty: .*>=-2/],
    [{ logitBias: { x: 1 } }, /logitBias: keys must be token ids/],
    [{ logitBias: { 1: 2000 } }, /logitBias.1: .*<=1000/],
    [{ stop: [''] }, /stop.0: /],
    [{ stop: new Array(17).fill('a') }, /stop: .*<=16/],
    [{ logprobs: 21 }, /logprobs: .*<=20/],
    [{ promptLookupTokens: 16 }, /promptLookupTokens: .*<=15/],
    [{ promptLookupTokens: -1 }, /promptLookupTokens: .*>=0/],
    [{ prediction: '12' }, /prediction: only where it is looked up in/],
    [{ prediction: '', promptLookupTokens: 3 }, /prediction: .*>=1/],
    [{ n: 0 }, /n: .*>=1/],
    [{ n: 2 }, /n: at temperature 0/],
    [{ n: 2, temperature: 1, seed: Number.MAX_SAFE_INTEGER }, /seed: seed \+ n - 1/],
    [{ timeoutMs: 0 }, /timeoutMs: .*>=1/],
    [{ prompt: undefined }, /prompt: expected either/],
    [{ messages: [{ role: 'user', content: '1*2' }] }, /prompt: expected either/],
    [{ prompt: undefined, messages: [{ role: 'tool', content: '' }] }, /messages.0.role: /],
    [
      { prompt: undefined, messages: new Array(3).fill({ role: 'user', content: '1'.repeat(100_000) }) },
      /messages: at most 200000 characters/,
    ],
    [{ raw: true, reasoning: true }, /raw: only of a prompt/],
  ])('with %j is refused by name', (change, message) => {
    expect(() => parseRequest({ ...request, ...change })).toThrow(message);
  });

  it('of any kind is taken or refused by name, never a crash', () => {
    const names = [
      ...['temperature', 'topK', 'topP', 'minP', 'repetitionPenalty', 'frequencyPenalty', 'presencePenalty'],
      ...[
        'logitBias',
        'stop',
        'logprobs',
        'n',
        'seed',
        'timeoutMs',
        'jsonSchema',
        'maxTokens',
        'prompt',
        'model',
      ],
    ];
    const value = fc.oneof(
      fc.anything(),
      fc.integer(),
      fc.double(),
      fc.jsonValue(),
      fc.constant({ type: 'null' }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }), (change) => {
        try {
          expect(parseRequest({ ...request, ...change })).toMatchObject({ model: expect.any(String) });
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request', message: expect.stringMatching(/^\w+[.:]/) });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
