import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Automaton, determinize } from '../../src/constraint/automaton.js';
import { grammarOf } from '../../src/constraint/grammar.js';
import { checkJsonSchema } from '../../src/constraint/json-schema.js';
import { parsePattern } from '../../src/constraint/pattern.js';
import { patternNfa } from '../../src/constraint/pattern-nfa.js';
import { InferenceError } from '../../src/errors.js';
import { drawsFrom, drive } from './driver.js';

/** Whether a pattern matches, which must be the same with and without the flag. */
function matcherOf(pattern: string): (text: string) => boolean {
  const [plain, unicode] = [new RegExp(pattern), new RegExp(pattern, 'u')];
  return (text) => {
    if (plain.test(text) !== unicode.test(text)) throw new Error(`${pattern} and its flag: ${text}`);
    return plain.test(text);
  };
}

/** All that JSON writes in one or two characters, and the tokens of tests can write. */
const characters = fc.constantFrom(...'aabbbc19 _.-"\\/\n\t\r\b\f~é\u00a0☃\u2028한\ue000');
const texts = fc.array(characters, { maxLength: 7 }).map((parts) => parts.join(''));
const atoms = fc.constantFrom(
  ...['a', 'a', 'b', '1', ' ', '-', '"', ',', 'é', '☃', '.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S'],
  ...[
    '\\.',
    '\\\\',
    '\\/',
    '\\n',
    '\\t',
    '\\x61',
    '\\u00e9',
    '[abc]',
    '[a-c1]',
    '[^a]',
    '[^a-z\\d]',
    '[\\w-]',
  ],
  ...['[^"\\\\]', '[.*]', '[-a]', '[ -~]', '[é-한]', '[^☃\\s]', '[\\b\\n]', '[\\]^]'],
);
const quantifiers = fc.constantFrom('?', '*', '+', '{2}', '{1,}', '{0,2}', '{2,3}', '*?', '+?', '{0}');
const pieces: fc.Arbitrary<string> = fc.letrec<{ piece: string; choice: string }>((tie) => ({
  choice: fc
    .array(
      fc.array(tie('piece'), { maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('|')),
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atoms,
    fc.tuple(atoms, quantifiers).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('choice'), fc.constantFrom(')', ')*', ')?', '){2}', ')+'))
      .map((parts) => parts.join('')),
  ),
})).piece;
/** Alternatives, each bound to the beginning, the end, both or neither. */
const patterns = fc
  .array(
    fc
      .tuple(fc.constantFrom('', '^', '^'), fc.array(pieces, { maxLength: 4 }), fc.constantFrom('', '$', '$'))
      .map(([start, parts, end]) => start + parts.join('') + end),
    { minLength: 1, maxLength: 2 },
  )
  .map((parts) => parts.join('|'));

function automatonOf(pattern: string): Automaton | undefined {
  const nfa = patternNfa(parsePattern(pattern, 'x'), 4000);
  return nfa && determinize(nfa, { states: 500, work: 5e6 });
}

function accepts({ states }: Automaton, text: string): boolean {
  let state = states[0];
  for (const code of [...text].map((character) => character.codePointAt(0) ?? 0)) {
    const edges = state?.edges.filter(({ on }) => on.some(([first, last]) => first <= code && code <= last));
    if (edges !== undefined && edges.length > 1) throw new Error('not deterministic');
    state = states[edges?.[0]?.to ?? -1];
  }
  return state?.isEnd ?? false;
}

async function driveOrUndefined(schema: Record<string, unknown>) {
  try {
    return await drive(schema);
  } catch (error) {
    expect(error).toBeInstanceOf(InferenceError);
    expect(String(error)).toMatch(/no text that can be written matches|more than 500 states together/);
    return undefined;
  }
}

describe('a pattern', () => {
  it('becomes an automaton of the texts that match', () => {
    let matched = 0;
    fc.assert(
      fc.property(patterns, fc.array(texts, { minLength: 20, maxLength: 40 }), (pattern, candidates) => {
        const automaton = automatonOf(pattern);
        if (automaton === undefined) return;
        const matching = ['', ...candidates].filter(matcherOf(pattern));
        matched += matching.length;
        expect(['', ...candidates].filter((text) => accepts(automaton, text))).toEqual(matching);
      }),
      { numRuns: 100 },
    );
    expect(matched).toBeGreaterThan(150);
  });

  it('and lengths let exactly the texts that match be written', async () => {
    let walks = 0;
    let written = 0;
    const lengths = fc.record(
      { minLength: fc.nat(4), maxLength: fc.integer({ min: 4, max: 6 }) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        patterns,
        lengths,
        fc.array(texts, { minLength: 8 }),
        fc.nat(),
        async (pattern, limits, drawn, seed) => {
          const matches = matcherOf(pattern);
          const isKept = (text: string) =>
            matches(text) &&
            text.length >= (limits.minLength ?? 0) &&
            text.length <= (limits.maxLength ?? 99);
          const driver = await driveOrUndefined({ type: 'string', pattern, ...limits });
          if (driver === undefined) return;
          const own: string[] = [];
          for (let walk = 0; walk < 4; walk++) {
            const text = await driver.write(drawsFrom(seed + walk));
            walks += 1;
            if (text === undefined) continue;
            own.push(JSON.parse(text));
            expect(text).toBe(JSON.stringify(own.at(-1)));
          }
          written += own.length;
          expect(own.filter((text) => !isKept(text))).toEqual([]);
          for (const text of ['', ...drawn]) {
            expect([text, await driver.accepts(JSON.stringify(text))]).toEqual([text, isKept(text)]);
          }
        },
      ),
      { numRuns: 20 },
    );
    expect(written).toBeGreaterThan(walks / 3);
  });

  it.each<[string, string[], string[]]>([
    ['^\\d{4}-\\d{2}-\\d{2}$', ['2024-02-30'], ['2024-2-30', ' 2024-02-30', '2024-02-300']],
    ['^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$', ['a.b+c@d-e.org'], ['a@b', 'a@b.c', 'a b@c.de']],
    ['^(?:red|green)$|^$', ['red', 'green', ''], ['redgreen', 'blue']],
    ['b', ['b', 'abc', '"b"', 'a\nb'], ['', 'a']],
    ['^a\\-b\\@$', ['a-b@'], ['a\\-b@']],
    ['^"\\\\$', ['"\\'], ['"']],
    ['', ['', 'a', 'é☃'], []],
  ])('%j lets what matches be written and nothing else', async (pattern, matching, others) => {
    const driver = await drive({
      type: 'object',
      properties: { a: { type: 'string', pattern } },
      required: ['a'],
    });
    for (const [list, expected] of [
      [matching, true],
      [others, false],
    ] as const) {
      for (const text of list) {
        expect([text, await driver.accepts(JSON.stringify({ a: text }))]).toEqual([text, expected]);
      }
    }
  });

  it('never lets control characters be written as they are, nor does a length', async () => {
    for (const schema of [{ pattern: '^[^a]$' }, { pattern: '^\\s$' }, { minLength: 1 }, { maxLength: 3 }]) {
      const driver = await drive({ type: 'string', ...schema });
      for (const character of ['\t', '\n', '\u0001', '\\', '"']) {
        expect(await driver.accepts(`"${character}"`)).toBe(false);
      }
    }
    expect(await (await drive({ type: 'string', pattern: '^\\s$' })).accepts('"\\t"')).toBe(true);
  });

  it('leaves characters beyond U+FFFF to lengths', async () => {
    expect(await (await drive({ type: 'string', pattern: '^.{1,2}$' })).accepts('"😀"')).toBe(false);
    expect(await (await drive({ type: 'string', maxLength: 1 })).accepts('"😀"')).toBe(true);
  });

  it.each<[string, string]>([
    ['(a)\\1', 'at character 3: \\1 is not kept; valid are literals'],
    ['a(?=b)', 'at character 1: of groups only (...) and (?:...) are kept'],
    ['(?<!a)b', 'at character 0: of groups only'],
    ['(?<x>b)', 'at character 0: of groups only'],
    ['\\ba', 'at character 0: \\b is not kept'],
    ['[\\B]', 'at character 1: \\B is not kept'],
    ['\\p{L}', 'at character 0: \\p is not kept'],
    ['\\u{61}', 'at character 0: \\u is not kept'],
    ['\\ud83d', 'at character 0: \\u is not kept'],
    ['\\cA', 'at character 0: \\c is not kept'],
    ['\\01', 'at character 0: \\0 is not kept'],
    ['a\\', 'at character 1: \\ is not kept'],
    ['😀', 'at character 0: characters beyond U+FFFF are not kept'],
    ['[😀]', 'at character 1: characters beyond U+FFFF'],
    ['a^b', 'at character 1: ^ is kept at the ends only'],
    ['a$b', 'at character 1: $ is kept at the ends only'],
    ['(^a)', 'at character 1: ^ is kept at the ends only'],
    ['^*', 'at character 1: nothing to repeat'],
    ['a**', 'at character 2: nothing to repeat'],
    ['a{1}{2}', 'at character 4: nothing to repeat'],
    ['a{,2}', 'at character 1: nothing to repeat'],
    ['a{3,2}', 'at character 1: a number of repetitions above the next'],
    ['a{257}', 'at character 1: repeated more than 256 times'],
    ['a}', 'at character 1: } must be written as \\}'],
    ['(a', 'at character 0: the group is not closed'],
    ['a)', 'at character 1: no group is open'],
    ['[a', 'at character 0: the class is not closed'],
    ['[]', 'at character 0: a class without characters'],
    ['[b-a]', 'a range that ends before it begins'],
    ['[\\d-z]', 'a range from or to a class'],
    ['(((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))))', 'nested more than 32 deep'],
    ['\\x01', 'no text that can be written matches'],
    ['a[^\\d\\D]', 'no text that can be written matches'],
  ])('%j is refused by the place', (pattern, message) => {
    expect(() => grammarOf(checkJsonSchema({ type: 'string', pattern }))).toThrow(
      `jsonSchema.pattern: ${message}`.slice(0, 20),
    );
    expect(() => grammarOf(checkJsonSchema({ type: 'string', pattern }))).toThrow(message);
  });

  it.each([
    '((a{256}){256}){256}',
    '^.*a.{12}$',
    '(((a*)*)*b{0,99}){99}',
    '(\\W?){256}(\\W?){256}(\\W?){256}(\\W?){256}',
    '[^ab]{256}c[^ab]{256}d[^ab]{256}e[^ab]{256}',
    `(${'a?'.repeat(200)}){18}`,
  ])('that would take many states is refused: %j', (pattern) => {
    expect(() => grammarOf(checkJsonSchema({ type: 'string', pattern }))).toThrow(
      'jsonSchema: patterns and lengths take more than 500 states together',
    );
  });

  it('takes its states from those of the whole schema, equal ones once', () => {
    const list = (count: number, from: number) => ({
      anyOf: Array.from({ length: count }, (_, at) => ({ type: 'string', maxLength: 200 + (at % from) })),
    });
    expect(grammarOf(checkJsonSchema(list(20, 1)))).toBeTypeOf('string');
    expect(() => grammarOf(checkJsonSchema(list(20, 20)))).toThrow(
      'jsonSchema.anyOf.2: patterns and lengths take more than',
    );
  });

  it('that cannot be met together with lengths is refused', () => {
    expect(() => grammarOf(checkJsonSchema({ type: 'string', pattern: '^a{3}$', maxLength: 2 }))).toThrow(
      'jsonSchema.pattern: no text that can be written matches',
    );
  });

  it('of any characters is read as a regular expression or refused', () => {
    const tokens = fc.constantFrom(...'ab1-^$.*+?|()[]{}\\,=!:<>dwsDpubx0é😀');
    fc.assert(
      fc.property(
        fc.array(tokens, { maxLength: 10 }),
        fc.array(texts, { maxLength: 5 }),
        (parts, candidates) => {
          const pattern = parts.join('');
          let automaton: Automaton | undefined;
          try {
            automaton = automatonOf(pattern);
          } catch (error) {
            expect(error).toBeInstanceOf(InferenceError);
            return;
          }
          const expression = new RegExp(pattern);
          for (const text of automaton === undefined ? [] : candidates) {
            expect([pattern, text, accepts(automaton as Automaton, text)]).toEqual([
              pattern,
              text,
              expression.test(text),
            ]);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
