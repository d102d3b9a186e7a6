const INCOMPLETE = '\ufffd';
/** A character has at most as many bytes in UTF-8, and a token at least one. */
const CHARACTER_TOKENS = 4;

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
      // Bytes that never become a character may come without end, and are not all decoded again for each of them.
      const isStill =
        ids.length - emitted > CHARACTER_TOKENS && decode(ids.slice(-CHARACTER_TOKENS)).endsWith(INCOMPLETE);
      return isStill ? '' : next(false);
    },
    flush: () => next(true),
  };
}
