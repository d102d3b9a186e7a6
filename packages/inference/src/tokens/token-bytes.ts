import type { Vocabulary } from './vocabulary.js';

const BYTE_FALLBACK = /^<0x([0-9A-Fa-f]{2})>$/;
const encoder = new TextEncoder();

/** The bytes that a token adds to a text; none for control tokens and ids without one. */
export function tokenBytes({ texts, kind }: Vocabulary, id: number): readonly number[] {
  const text = texts[id] ?? '';
  if (kind === 'byte_level')
    return [...text].flatMap((character) => BYTE_OF.get(character) ?? utf8(character));
  if (kind === 'raw') return utf8(text);
  const [, byte] = BYTE_FALLBACK.exec(text) ?? [];
  // SentencePiece writes spaces as lower one eighth blocks.
  return byte === undefined ? utf8(text.replaceAll('\u2581', ' ')) : [Number.parseInt(byte, 16)];
}

const utf8 = (text: string): number[] => [...encoder.encode(text)];

/** Byte-level vocabularies write printable bytes as themselves, and the others, in order, as the characters from 256 on. */
const BYTE_OF: ReadonlyMap<string, number[]> = byteLevelAlphabet();

function byteLevelAlphabet(): Map<string, number[]> {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCodePoint(printable(byte) ? byte : next++), [byte]]),
  );
}
