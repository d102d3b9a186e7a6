import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createJsonCheck } from '../src/server/json-check.js';

const parses = (bytes: Uint8Array): boolean => {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
};

/** Shows the bytes in pieces of these lengths, over and over. */
const checks = (bytes: Uint8Array, lengths: readonly number[] = [bytes.length + 1]): boolean => {
  const check = createJsonCheck();
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const end = start + (lengths[turn % lengths.length] ?? 1);
    check.push(bytes.subarray(start, end));
    start = end;
  }
  return check.end();
};

const bytesOf = (text: string) => new TextEncoder().encode(text);
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe('the check for JSON', () => {
  it('agrees with JSON.parse on what is and what is not', () => {
    const texts = [
      ...[
        '',
        ' ',
        'null',
        'nul',
        'nulll',
        'true false',
        '"',
        '"a',
        '"\\u12G4"',
        '"\\u12a4"',
        '"\\x"',
        '"\t"',
      ],
      ...['0', '-', '-0', '01', '1.', '.5', '1.5e', '1e+', '1E-7', '1.0e10 ', '- 1', '+1', '1 2', 'NaN'],
      ...['[]', '[', ']', '[1,]', '[,1]', '[1 2]', '[1,2]', '[[]', '[}', '{]', '{}', '{"a"}', '{"a":}'],
      ...['{"a":1,}', '{"a":1,"b":[{}]}', '{a:1}', '{"a":1}}', '{"a":1}\n{"b":2}', '[1]x', '\uFEFF[1]'],
      ...['"é😀"', '{"é":"\\"\\\\"}', '\u00a0[]', "{'a':1}", '// no', '[1]\f'],
    ];
    for (const text of texts) {
      const bytes = bytesOf(text);
      for (const lengths of [[1000], [1], [2, 3]]) {
        expect(checks(bytes, lengths), JSON.stringify(text)).toBe(parses(bytes));
      }
    }
  });

  it('agrees with it on any value, however it is spaced and cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), pieces, (value, space, lengths) => {
        expect(checks(bytesOf(JSON.stringify(value, null, space)), lengths)).toBe(true);
      }),
    );
  });

  it('agrees with it on texts with one thing wrong', () => {
    const wrongs = fc.constantFrom(...'{}[]",:\\0-.e1tn \u0007', '');
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), wrongs, pieces, (value, at, wrong, lengths) => {
        const text = JSON.stringify(value);
        const place = at % text.length;
        const bytes = bytesOf(text.slice(0, place) + wrong + text.slice(place + 1));
        expect(checks(bytes, lengths)).toBe(parses(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no bytes that are not UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), pieces, (inside, lengths) => {
        const bytes = Buffer.concat([Buffer.from('"'), inside, Buffer.from('"')]);
        expect(checks(bytes, lengths)).toBe(parses(bytes));
      }),
      { numRuns: 2_000 },
    );
    expect(checks(Buffer.from([0x22, 0xc3]))).toBe(false);
  });

  it('gives up on texts of any depth without running out of stack', () => {
    expect(checks(bytesOf('['.repeat(9_000) + ']'.repeat(9_000)))).toBe(true);
    expect(checks(bytesOf('['.repeat(2_000_000)))).toBe(false);
    expect(checks(bytesOf('['.repeat(20_000) + ']'.repeat(20_000)))).toBe(false);
  });
});
