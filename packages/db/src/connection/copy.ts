import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** JSON to be stored in a json or jsonb column. */
export interface JsonValue {
  readonly json: unknown;
}

type Scalar = string | number | bigint | boolean;

/** What COPY can write. Lists become arrays of the column's element type. */
export type CopyValue = Scalar | Date | JsonValue | readonly Scalar[] | null | undefined;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escapeText = (text: string): string =>
  text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '');

// Nearly all text is of keys and numbers: one look tells that it needs nothing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of what it looks for
const SPECIAL = /[\u0000\\\t\n\r\ud800-\udfff]/;

/** JSON text that jsonb takes: it has no NUL and no lone surrogates, which JSON itself allows; they become U+FFFD. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return storableText(part);
    if (typeof part === 'bigint') return part.toString();
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
      const keys = Object.keys(part);
      if (keys.some((key) => key !== storableText(key))) {
        return Object.fromEntries(Object.entries(part).map(([key, inner]) => [storableText(key), inner]));
      }
    }
    return part;
  });
}

/** Text that Postgres can store: NUL and lone surrogates replaced by U+FFFD. */
export function storableText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it looks for
  return text.replace(/\u0000|\p{Surrogate}/gu, '\uFFFD');
}

function arrayText(values: readonly Scalar[]): string {
  const items = values.map((value) =>
    typeof value === 'string'
      ? `"${storableText(value).replace(/["\\]/g, (character) => `\\${character}`)}"`
      : String(value),
  );
  return `{${items.join(',')}}`;
}

/** One field of COPY's text format. */
export function copyField(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'string') return SPECIAL.test(value) ? escapeText(storableText(value)) : value;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return value.toISOString();
  if ('json' in value) return escapeText(jsonText(value.json));
  return escapeText(arrayText(value));
}

/** Rows per chunk handed to the socket: few writes, little memory. */
const ROWS_PER_CHUNK = 500;

const copyLine = (row: readonly CopyValue[]): string => `${row.map(copyField).join('\t')}\n`;

async function* copyText(
  rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>,
  count: { rows: number },
): AsyncGenerator<string> {
  // Waiting for each row would cost as much as writing it.
  if (Symbol.iterator in rows) {
    yield* copyTextAtOnce(rows, count);
    return;
  }
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(copyLine(row));
    count.rows++;
    if (lines.length === ROWS_PER_CHUNK) {
      yield lines.join('');
      lines = [];
    }
  }
  if (lines.length > 0) yield lines.join('');
}

function* copyTextAtOnce(rows: Iterable<readonly CopyValue[]>, count: { rows: number }): Generator<string> {
  let [text, held] = ['', 0];
  for (const row of rows) {
    text += copyLine(row);
    count.rows++;
    held++;
    if (held < ROWS_PER_CHUNK) continue;
    yield text;
    [text, held] = ['', 0];
  }
  if (held > 0) yield text;
}

/** Lines of COPY's text format on their way to a table. */
export interface CopyLines {
  /** Takes a line, with its end. */
  add(line: string): void;
  /** The same for a line of nothing but ASCII, which is written many times as fast. */
  addPlain(line: string): void;
  /** What was taken since it was last asked, in few pieces. */
  take(): readonly Buffer[];
  /** What `take` gave was sent: its memory is used again. New memory is dear, because the kernel has to hand it out page by page. */
  reuse(pieces: readonly Buffer[]): void;
}

const BYTES_PER_PIECE = 128 * 1024;
/** Kept to be used again: what some parts of a load take. */
const MOST_KEPT = 64;
/** Of a character of UTF-16 in UTF-8, at most. */
const BYTES_PER_CHARACTER = 3;

/** Lines become bytes at once: as text they would have to be collected, and put together once more. */
export function createCopyLines(): CopyLines {
  const free: ArrayBufferLike[] = [];
  let pieces: Buffer[] = [];
  let piece: Buffer = Buffer.alloc(0);
  let used = 0;
  const cut = (): void => {
    if (used > 0) pieces.push(piece.subarray(0, used));
    piece = Buffer.alloc(0);
    used = 0;
  };
  const makeRoom = (bytes: number): void => {
    if (used + bytes <= piece.length) return;
    cut();
    const kept = bytes > BYTES_PER_PIECE ? undefined : free.pop();
    piece =
      kept === undefined
        ? Buffer.allocUnsafeSlow(Math.max(bytes, BYTES_PER_PIECE))
        : Buffer.from(kept, 0, kept.byteLength);
  };
  return {
    add(line) {
      makeRoom(line.length * BYTES_PER_CHARACTER);
      used += piece.write(line, used, 'utf8');
    },
    addPlain(line) {
      makeRoom(line.length);
      used += piece.write(line, used, 'latin1');
    },
    take() {
      cut();
      const taken = pieces;
      pieces = [];
      return taken;
    },
    reuse(sent) {
      for (const { buffer } of sent) {
        if (buffer.byteLength === BYTES_PER_PIECE && free.length < MOST_KEPT) free.push(buffer);
      }
    },
  };
}

/**
 * Appends rows by COPY within the client's transaction, if it is in one.
 * @param lines of COPY's text format, in pieces
 */
export async function copyLinesInto(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  lines: readonly Buffer[],
): Promise<void> {
  if (lines.length === 0) return;
  const sink = client.query(copyFrom(`COPY ${quotedTarget(table, columns)} FROM STDIN`));
  await pipeline(Readable.from(lines, { objectMode: true, highWaterMark: 4 }), sink);
}

/** `"table" ("a", "b")` with every name quoted. */
export function quotedTarget(table: string, columns: readonly string[]): string {
  return `${pg.escapeIdentifier(table)} (${columns.map((name) => pg.escapeIdentifier(name)).join(', ')})`;
}

/**
 * Appends rows by COPY within the client's transaction, if it is in one. The source is read as fast as the
 * server takes it.
 * @returns how many rows were written
 */
export async function copyInto(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly CopyValue[]> | AsyncIterable<readonly CopyValue[]>,
): Promise<number> {
  const count = { rows: 0 };
  const sink = client.query(copyFrom(`COPY ${quotedTarget(table, columns)} FROM STDIN`));
  await pipeline(Readable.from(copyText(rows, count), { objectMode: true, highWaterMark: 4 }), sink);
  return count.rows;
}
