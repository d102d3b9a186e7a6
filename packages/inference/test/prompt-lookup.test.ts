import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPromptLookup } from '../src/speculation/prompt-lookup.js';

/** The same rule by comparing every place. */
function slowDraft(text: readonly number[], most: number, places: number): number[] {
  const end = text.length - 1;
  let [best, from, seen] = [0, -1, 0];
  for (let place = end - 1; place >= 1; place--) {
    if (text[place] !== text[end] || text[place - 1] !== text[end - 1]) continue;
    if (seen++ === places) break;
    let alike = 0;
    while (alike < most + 1 && place - alike >= 0 && text[place - alike] === text[end - alike]) alike++;
    if (alike > best) [best, from] = [alike, place];
  }
  const drafted: number[] = [];
  while (drafted.length < Math.min(most, best - 1)) {
    const next = from + 1 + drafted.length;
    drafted.push(text[next] ?? drafted[next - text.length] ?? Number.NaN);
  }
  return drafted;
}

describe('what is guessed', () => {
  const few = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 200 });
  const many = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 30 });
  // What stood before, stands again.
  const copied = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 }), fc.nat(40), fc.nat(40))
    .map(([text, from, length]) => [...text, ...text.slice(from, from + length)]);

  it('is what followed at the place where most of the last tokens stood before', () => {
    fc.assert(
      fc.property(
        fc.oneof(few, many, copied),
        fc.nat(200),
        fc.integer({ min: 0, max: 15 }),
        (text, cut, most) => {
          const lookup = createPromptLookup(text.slice(0, cut), 15);
          for (const id of text.slice(cut)) lookup.saw(id);
          expect(lookup.draft(most)).toEqual(slowDraft(text, most, 64));
        },
      ),
    );
  });

  it.each<[string, number[], number, number[]]>([
    ['nothing of an empty text', [], 9, []],
    ['nothing of one token', [7], 9, []],
    ['nothing where the last two never stood before', [1, 2, 3, 1, 3], 9, []],
    ['one token behind two that are alike', [1, 2, 3, 4, 1, 2], 9, [3]],
    ['two behind three', [1, 2, 3, 4, 5, 1, 2, 3], 9, [4, 5]],
    ['no more than is wanted', [1, 2, 3, 4, 5, 1, 2, 3], 1, [4]],
    ['nothing where nothing is wanted', [1, 2, 3, 4, 5, 1, 2, 3], 0, []],
    ['the latest of equals', [1, 2, 8, 5, 1, 2, 9, 0, 1, 2], 9, [9]],
    ['a longer likeness before a later one', [5, 1, 2, 8, 7, 1, 2, 9, 5, 1, 2], 9, [8, 7]],
    ['a repetition without end', [4, 4, 4, 4, 4], 9, [4, 4, 4]],
    ['a rhythm', [1, 2, 1, 2, 1, 2], 9, [1, 2, 1]],
  ])('is %s', (_, text, most, expected) => {
    expect(createPromptLookup(text, 15).draft(most)).toEqual(expected);
  });

  it('comes later where the text is long, which is noted in turns', () => {
    const text = Array.from({ length: 10_000 }, (_, at) => at);
    const lookup = createPromptLookup([...text, 17, 18, 19], 15);
    expect([lookup.draft(9), lookup.draft(9), lookup.draft(9)]).toEqual([[], [], [20, 21]]);
  });
});
