export interface StopFilter {
  /** What is sure not to belong to a stop string; `stopped`: one was found, and what is given ends before it. */
  push(text: string): { text: string; stopped: boolean };
  /** What was held back, for the end of the text. */
  flush(): string;
}

/** Cuts a text that comes in pieces where the first stop string in it begins. */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held = '';
  let stopped = false;
  return {
    push(piece) {
      if (stopped) return { text: '', stopped };
      const text = held + piece;
      const found = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
      stopped = found.length > 0;
      const end = stopped ? Math.min(...found) : text.length - beginningAtEnd(text, stops);
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
