export interface StopFilter {
  /** What is sure not to belong to a stop string; `stopped`: one was found, and what is given ends before it. */
  push(text: string): { text: string; stopped: boolean };
  /** What was held back, for the end of the text. */
  flush(): string;
}

/**
 * Cuts a text where the stop string begins that is complete first; of several that end together, the longest. So it does not matter in which
 * pieces the text comes, and nothing has to be waited for once a stop string is there.
 */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held = '';
  let stopped = false;
  return {
    push(piece) {
      if (stopped) return { text: '', stopped };
      const text = held + piece;
      const found = firstComplete(text, stops);
      stopped = found !== undefined;
      const end = found ?? text.length - beginningAtEnd(text, stops);
      held = stopped ? '' : text.slice(end);
      return { text: text.slice(0, end), stopped };
    },
    flush() {
      const text = held;
      held = '';
      return text;
    },
  };
}

/** Where the stop string begins that ends first. */
function firstComplete(text: string, stops: readonly string[]): number | undefined {
  const found = stops
    .map((stop) => ({ begin: text.indexOf(stop), length: stop.length }))
    .filter(({ begin }) => begin >= 0)
    .sort((a, b) => a.begin + a.length - (b.begin + b.length) || a.begin - b.begin);
  return found[0]?.begin;
}

/** Characters at the end of a text with which a stop string begins; the longest such run. */
function beginningAtEnd(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
