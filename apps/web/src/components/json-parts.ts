interface JsonPart {
  kind: 'key' | 'value' | 'mark';
  text: string;
}

/** Splits pretty-printed JSON into keys, values and punctuation. */
export function jsonParts(text: string): JsonPart[] {
  const parts: JsonPart[] = [];
  const token =
    /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|([^"\d]+?(?=["\d-]|true|false|null|$))/g;
  let last = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > last) parts.push({ kind: 'mark', text: text.slice(last, match.index) });
    last = match.index + match[0].length;
    if (match[1] !== undefined && match[2] !== undefined) {
      parts.push({ kind: 'key', text: match[1] }, { kind: 'mark', text: match[2] });
    } else {
      parts.push({ kind: match[4] === undefined ? 'value' : 'mark', text: match[0] });
    }
  }
  if (last < text.length) parts.push({ kind: 'mark', text: text.slice(last) });
  return parts;
}
