import type { Drafter } from './drafter.js';

/** Tokens that must repeat before anything is drafted. */
const FEWEST_ALIKE = 2;
/** Places that are compared, the latest ones: a bound for texts in which the same two tokens stand everywhere. */
const MOST_PLACES = 64;
/** Places noted at a time, as others wait for their next token meanwhile: a few milliseconds. */
const MOST_NOTED = 4096;
/** Token ids are below it, so that two of them are one whole number. */
const MOST_IDS = 2 ** 26;

/**
 * Guesses what followed the last tokens where most of them stood before, the latest place among equals; one token less than are
 * alike there, as a longer likeness is worth a longer guess.
 * @param text its first tokens
 * @param atOnce tokens at a time
 */
export function createPromptLookup(
  text: readonly number[],
  atOnce: number,
): Drafter & { draft(room: number): number[] } {
  const ids = [...text];
  /** Where two tokens stood last, by both of them. */
  const latest = new Map<number, number>();
  /** For each place that was noted, the one before it with the same two tokens; -1 where there is none. */
  const before: number[] = [];

  /** Notes places that are new; whether all are noted then. */
  function note(): boolean {
    const end = Math.min(ids.length, before.length + MOST_NOTED);
    for (let at = before.length; at < end; at++) {
      const pair = (ids[at - 1] ?? 0) * MOST_IDS + (ids[at] ?? 0);
      before.push(at === 0 ? -1 : (latest.get(pair) ?? -1));
      if (at > 0) latest.set(pair, at);
    }
    return end === ids.length;
  }

  /** How many tokens before and at two places are the same, up to so many; the last two are known to be. */
  function alike(place: number, end: number, most: number): number {
    let count = FEWEST_ALIKE;
    while (count < most && place - count >= 0 && ids[place - count] === ids[end - count]) count++;
    return count;
  }

  return {
    saw: (id) => void ids.push(id),
    draft(room) {
      const most = Math.min(room, atOnce);
      if (!note() || most < 1) return [];
      const end = ids.length - 1;
      let [best, from] = [0, -1];
      let place = before[end] ?? -1;
      for (let seen = 0; place >= 0 && seen < MOST_PLACES && best <= most; seen++) {
        const count = alike(place, end, most + 1);
        if (count > best) [best, from] = [count, place];
        place = before[place] ?? -1;
      }
      const drafted: number[] = [];
      for (let next = from + 1; drafted.length < Math.min(most, best - 1); next++) {
        // A place near the end goes on with what is drafted itself.
        drafted.push(ids[next] ?? drafted[next - ids.length] ?? 0);
      }
      return drafted;
    },
    close: () => undefined,
  };
}
