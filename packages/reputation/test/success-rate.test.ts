import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Outcome, successRate } from '../src/success-rate.js';
import { wilsonInterval } from '../src/wilson.js';

const outcome = fc.constantFrom<Outcome>('success', 'failure', 'excluded');

describe('successRate', () => {
  it('counts what counts, in any order', () => {
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const of = (kind: Outcome) => outcomes.filter((each) => each === kind).length;
        const rate = successRate(outcomes);
        expect(rate).toEqual({
          ...wilsonInterval(of('success'), of('success') + of('failure')),
          successes: of('success'),
          trials: of('success') + of('failure'),
          excluded: of('excluded'),
        });
        expect(successRate(outcomes.toReversed())).toEqual(rate);
      }),
    );
  });

  it('is not moved by excluded outcomes', () => {
    expect(successRate(['success', 'excluded', 'failure', 'excluded'])).toMatchObject({
      estimate: 0.5,
      trials: 2,
      excluded: 2,
    });
  });
});
