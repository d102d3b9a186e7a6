const INCOMPLETE = '\ufffd';

export interface TextStream {
  /** The text that this token completes; empty while a character is still missing bytes. */
  push(id: number): string;
  /** What was held back, for the end of the stream. */
  flush(): string;
}

/**
 * Turns ids into text piece by piece; all pieces together are the text of all ids. Each piece is decoded with
 * the ids before it, because tokenizers join words and bytes across tokens.
 */
export function createTextStream(decode: (ids: number[]) => string): TextStream {
  const ids: number[] = [];
  let context = 0;
  let emitted = 0;

  function next(final: boolean): string {
    const before = decode(ids.slice(context, emitted));
    const after = decode(ids.slice(context));
    if (after.length <= before.length || (!final && after.endsWith(INCOMPLETE))) return '';
    context = emitted;
    emitted = ids.length;
    return after.slice(before.length);
  }

  return {
    push(id) {
      ids.push(id);
      return next(false);
    },
    flush: () => next(true),
  };
}
