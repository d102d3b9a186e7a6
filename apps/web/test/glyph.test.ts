import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glyphPattern } from '../src/components/glyph/pattern';
import { knownName, shortAddress } from '../src/format/address';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const address = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 32, maxLength: 44 })
  .map((letters) => letters.join(''));

const cells = (path: string) => [...path.matchAll(/M(\d) (\d)h1v1h-1z/g)].map(([, x, y]) => `${x}${y}`);

describe('a glyph', () => {
  it('is the same for ever', () => {
    expect(glyphPattern('246ogWJiz6J9rtJgVueXVXFnwTwYBysTLmPQBSRnyqh1')).toMatchInlineSnapshot(`
      {
        "hue": 315,
        "path": "M2 0h1v1h-1zM1 1h1v1h-1zM3 1h1v1h-1zM2 1h1v1h-1zM2 4h1v1h-1z",
      }
    `);
  });

  it('is mirrored, inside its grid and never empty', () => {
    fc.assert(
      fc.property(address, (text) => {
        const { path, hue } = glyphPattern(text);
        const filled = new Set(cells(path));
        expect(filled.size).toBeGreaterThan(0);
        for (const cell of filled) expect(filled.has(`${4 - Number(cell[0])}${cell[1]}`)).toBe(true);
        expect(hue >= 0 && hue < 360).toBe(true);
      }),
    );
  });

  it('tells addresses apart that differ in one letter', () => {
    const look = (text: string) => JSON.stringify(glyphPattern(text));
    const first = 'A'.repeat(44);
    const others = Array.from({ length: 44 }, (_, at) => `${first.slice(0, at)}B${first.slice(at + 1)}`);
    expect(new Set([first, ...others].map(look)).size).toBe(45);
  });
});

describe('an address', () => {
  it('keeps its first and last four', () => {
    fc.assert(
      fc.property(address, (text) => {
        const short = shortAddress(text);
        expect(short).toBe(`${text.slice(0, 4)}…${text.slice(-4)}`);
      }),
    );
    expect(shortAddress('short')).toBe('short');
  });

  it('that everybody meets has a name', () => {
    expect(knownName('11111111111111111111111111111111')).toBe('System program');
    expect(knownName('nobody')).toBeUndefined();
  });
});
