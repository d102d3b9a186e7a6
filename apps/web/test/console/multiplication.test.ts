import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyText } from '@/features/console/lib/accuracy';
import {
  anyMultiplication,
  parseMultiplication,
  productOf,
  promptOf,
  sizeOf,
  spoken,
} from '@/features/console/lib/multiplication';
import { multiplicationIn } from '@/features/console/lib/prompts';

const LIMITS = [3, 2] as const;

describe('multiplications', () => {
  it.each([
    ['384 × 57', '384*57'],
    ['384*57', '384*57'],
    [' 384x57 ', '384*57'],
    ['57 X 384 =', '57*384'],
    ['007·10', '7*10'],
    ['0*0', '0*0'],
  ])('reads %s', (text, prompt) => {
    const parsed = parseMultiplication(text, LIMITS);
    expect(parsed.ok && promptOf(parsed.value)).toBe(prompt);
  });

  it.each([
    ['', 'Type two numbers'],
    ['384', 'number × number'],
    ['3.5 × 2', 'number × number'],
    ['-3 × 2', 'number × number'],
    ['1 × 2 × 3', 'number × number'],
    ['384 × 571', 'up to 3 and up to 2 digits'],
    ['1234 × 5', 'up to 3 and up to 2 digits'],
  ])('refuses "%s" and says what would be right', (text, reason) => {
    const parsed = parseMultiplication(text, LIMITS);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });

  it('takes every problem it offers, and reads back what it writes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const any = anyMultiplication(LIMITS, () => random);
        expect(sizeOf(any)).toBe('3x2');
        expect(parseMultiplication(spoken(any), LIMITS)).toEqual({ ok: true, value: any });
        expect(parseMultiplication(promptOf(any), LIMITS)).toEqual({ ok: true, value: any });
      }),
    );
  });

  it('multiplies exactly', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(99), (left, right) => {
        expect(productOf({ left: String(left), right: String(right) })).toBe(String(left * right));
      }),
    );
  });

  it('finds the question of a definition, whatever else a definition is', () => {
    const definition = (inputs: unknown) => ({
      ops: [{ args: { cmd: ['infer', JSON.stringify({ model: 'arithmetic', inputs })] } }],
    });
    expect(multiplicationIn(definition(['384*57']), LIMITS)).toEqual({ left: '384', right: '57' });
    for (const other of [
      definition(['hello']),
      definition('Qm'),
      { ops: [{ args: { cmd: ['infer', '{'] } }] },
      {},
    ]) {
      expect(multiplicationIn(other, LIMITS)).toBeNull();
    }
    fc.assert(fc.property(fc.anything(), (anything) => void multiplicationIn(anything, LIMITS)));
  });

  it('says how often the model is right, where that was measured', () => {
    const table = [{ size: '3x2', problems: 1_000, direct: 94, reasoning: 989 }];
    expect(accuracyText(table, '3x2')).toBe(
      'With 3 × 2 digits it is right in 99 % of cases with reasoning and in 9 % without, of 1,000 that it never saw in training.',
    );
    expect(accuracyText(table, '1x1')).toBeNull();
  });
});
