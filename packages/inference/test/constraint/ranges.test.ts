import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/constraint/bounds.js';
import { InferenceError } from '../../src/errors.js';
import { drawsFrom, drive } from './driver.js';

const RUNS = { numRuns: 20 };

/** What JSON Schema says of bounds. */
function isWithin(value: number, bounds: Bounds): boolean {
  const { minimum = -Infinity, maximum = Infinity } = bounds;
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = bounds;
  return value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
}

function boundsFrom(bound: fc.Arbitrary<number>): fc.Arbitrary<Bounds> {
  const names = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;
  return fc
    .tuple(fc.subarray([...names], { minLength: 1 }), fc.array(bound, { minLength: 4, maxLength: 4 }))
    .map(([kept, drawn]) => {
      const [low = 0, lower = 0, high = 0, higher = 0] = drawn.sort((a, b) => a - b);
      const all = { minimum: low, exclusiveMinimum: lower, maximum: high, exclusiveMaximum: higher };
      return Object.fromEntries(kept.map((name) => [name, all[name]]));
    });
}

/** Undefined where nothing is within bounds, which is refused. */
async function driveRange(type: string, bounds: Bounds) {
  try {
    return await drive({ type, ...bounds });
  } catch (error) {
    expect(error).toBeInstanceOf(InferenceError);
    expect(String(error)).toMatch(/is within|is safe/);
    return undefined;
  }
}

describe('a range of whole numbers', () => {
  const wholes = fc.oneof(
    fc.integer({ min: -120, max: 120 }),
    fc.maxSafeInteger(),
    fc.tuple(fc.nat(15), fc.constantFrom(-1, 0, 1)).map(([power, more]) => 10 ** power + more),
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.constantFrom(-1e300, 1e300, 2 ** 63, -(2 ** 63)),
  );

  it('lets exactly the safe numbers within it be written', async () => {
    let ranges = 0;
    await fc.assert(
      fc.asyncProperty(
        boundsFrom(wholes),
        fc.array(wholes, { minLength: 3 }),
        fc.nat(),
        async (bounds, drawn, seed) => {
          const driver = await driveRange('integer', bounds);
          const near = Object.values(bounds).flatMap((bound) =>
            [-1, 0, 1].map((more) => Math.floor(bound) + more),
          );
          const candidates = [0, ...drawn.map(Math.trunc), ...near]
            .filter(Number.isSafeInteger)
            .map((number) => number + 0);
          if (driver === undefined) {
            expect(candidates.filter((number) => isWithin(number, bounds))).toEqual([]);
            return;
          }
          ranges += 1;
          for (const number of candidates) {
            expect([number, await driver.accepts(String(number))]).toEqual([
              number,
              isWithin(number, bounds),
            ]);
          }
          for (let walk = 0; walk < 5; walk++) {
            const text = await driver.write(drawsFrom(seed + walk));
            const number = JSON.parse(text ?? 'null');
            expect([text, Number.isSafeInteger(number) && isWithin(number, bounds)]).toEqual([
              String(number),
              true,
            ]);
          }
        },
      ),
      RUNS,
    );
    expect(ranges).toBeGreaterThan(6);
  });

  it('has every number of a small one, and nothing else of up to three characters', async () => {
    const driver = await drive({ type: 'integer', minimum: -12, exclusiveMaximum: 13 });
    const characters = ['', ...'-019235'];
    const texts = characters.flatMap((a) => characters.flatMap((b) => characters.map((c) => a + b + c)));
    const accepted = new Set<string>();
    for (const text of new Set(texts)) if (await driver.accepts(text)) accepted.add(text);
    const all = Array.from({ length: 25 }, (_, at) => String(at - 12));
    expect([...accepted].sort()).toEqual(all.filter((text) => /^[-019235]+$/.test(text)).sort());
  });
});

describe('a range of numbers', () => {
  const decimals = fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: -12, max: 6 }))
    .map(([digits, exponent]) => Number(`${digits}e${exponent}`));
  const bounds = fc.oneof(
    decimals,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.constantFrom(0, 0.1, 0.3, 0.1 + 0.2, 1e-7, 1e21, -1e-20, 1e15, 5e-324, -Number.MAX_VALUE),
  );
  /** Decimals of up to 15 digits that are no number in exponents. */
  const texts = fc
    .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.nat(15), fc.nat(15))
    .map(([isNegative, digits, places, zeros]) => plain(isNegative, String(digits), places, zeros));

  function plain(isNegative: boolean, digits: string, places: number, dropped: number): string {
    const padded = digits.padStart(places + 1, '0');
    const whole = padded.slice(0, padded.length - places);
    const fraction = padded.slice(padded.length - places).slice(0, Math.max(0, places - dropped));
    const text = fraction === '' ? whole : `${whole}.${fraction}`;
    return isNegative && Number(text) !== 0 ? `-${text}` : text;
  }

  /** What is next to a bound, in its last digits. */
  function near(bound: number): string[] {
    const text = bound.toFixed(14);
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const places = Math.max(0, 15 - (whole === '0' ? 0 : whole.length));
    if (places === 0 || places > 14 || Math.abs(bound) >= 1e15) return [];
    const units = BigInt(whole + fraction.slice(0, places));
    return [-1n, 0n, 1n]
      .map((more) => units + more)
      .filter((each) => each >= 0n && each < 10n ** 15n)
      .map((each) => plain(bound < 0, String(each), places, 0));
  }

  it('lets exactly the decimals of up to 15 digits within it be written', async () => {
    let ranges = 0;
    await fc.assert(
      fc.asyncProperty(
        boundsFrom(bounds),
        fc.array(texts, { minLength: 5 }),
        fc.nat(),
        async (range, drawn, seed) => {
          const driver = await driveRange('number', range);
          const candidates = [...drawn, '0', '0.1', '0.3', '1', ...Object.values(range).flatMap(near)];
          if (driver === undefined) {
            expect(candidates.filter((text) => isWithin(JSON.parse(text), range))).toEqual([]);
            return;
          }
          ranges += 1;
          for (const text of candidates) {
            expect([text, await driver.accepts(text)]).toEqual([text, isWithin(JSON.parse(text), range)]);
          }
          for (let walk = 0; walk < 5; walk++) {
            const text = await driver.write(drawsFrom(seed + walk));
            expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
            expect([text, isWithin(JSON.parse(text ?? ''), range)]).toEqual([text, true]);
          }
        },
      ),
      RUNS,
    );
    expect(ranges).toBeGreaterThan(6);
  });

  it('compares bounds as they are written', async () => {
    const driver = await drive({ type: 'number', exclusiveMinimum: 0.1, maximum: 0.3 });
    const sorted = [
      '0.1',
      '0.10',
      '0.100000000000001',
      '0.2',
      '0.3',
      '0.300',
      '0.300000000000001',
      '0.31',
      '1',
    ];
    const accepted = [];
    for (const text of sorted) if (await driver.accepts(text)) accepted.push(text);
    expect(accepted).toEqual(['0.100000000000001', '0.2', '0.3', '0.300']);
  });

  it.each(['-0', '-0.0', '00', '01', '.5', '5.', '1e0', '+1', '0.0000000000000001', '1234567890.123456'])(
    'never lets %s be written',
    async (text) => {
      expect(await (await drive({ type: 'number', minimum: -1, maximum: 1e12 })).accepts(text)).toBe(false);
    },
  );

  it('is kept within a schema, beside others', async () => {
    const properties = { a: { type: 'number', minimum: 0, maximum: 1 }, b: { type: 'integer', minimum: 5 } };
    const driver = await drive({
      type: 'object',
      properties,
      required: ['a', 'b'],
      additionalProperties: false,
    });
    expect(await driver.accepts('{"a":0.5,"b":5}')).toBe(true);
    expect(await driver.accepts('{"a":1.5,"b":5}')).toBe(false);
    expect(await driver.accepts('{"a":0.5,"b":4}')).toBe(false);
  });
});
