import type { Readable } from 'node:stream';

/** Longest line of a container's log in one piece; longer ones come in several. */
const MAX_LINE = 16_384;
const HEADER_BYTES = 8;

export interface LogLine {
  readonly type: 'stdout' | 'stderr';
  /** Without its end. */
  readonly text: string;
}

/** Cuts what a container writes on one of its streams into lines. */
function createLineCutter(type: LogLine['type']) {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    cut(bytes: Uint8Array): LogLine[] {
      const texts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = texts.pop() ?? '';
      const lines = texts.flatMap(inPieces);
      if (rest.length > MAX_LINE) {
        const pieces = inPieces(rest);
        rest = pieces.pop() ?? '';
        lines.push(...pieces);
      }
      return lines.map((text) => ({ type, text }));
    },
    end(): LogLine[] {
      const text = rest + decoder.decode();
      return text === '' ? [] : inPieces(text).map((piece) => ({ type, text: piece }));
    },
  };
}

function inPieces(text: string): string[] {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  if (line.length <= MAX_LINE) return [line];
  return Array.from({ length: Math.ceil(line.length / MAX_LINE) }, (_, index) =>
    line.slice(index * MAX_LINE, (index + 1) * MAX_LINE),
  );
}

/**
 * The lines that a container writes, from the engine's stream of frames: one byte for the stream, three of nothing, four for the
 * length, then what was written. Keeps one unfinished line of each stream and no more of a frame than has come.
 */
export async function* linesOf(stream: Readable): AsyncGenerator<LogLine[]> {
  const cutters = { 1: createLineCutter('stdout'), 2: createLineCutter('stderr') };
  let header = Buffer.alloc(0);
  let left = 0;
  let cutter = cutters[1];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines: LogLine[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const payload = chunk.subarray(at, at + left);
        lines.push(...cutter.cut(payload));
        at += payload.length;
        left -= payload.length;
        continue;
      }
      const part = chunk.subarray(at, at + HEADER_BYTES - header.length);
      header = Buffer.concat([header, part]);
      at += part.length;
      if (header.length < HEADER_BYTES) break;
      cutter = header[0] === 2 ? cutters[2] : cutters[1];
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }
  const unfinished = [...cutters[1].end(), ...cutters[2].end()];
  if (unfinished.length > 0) yield unfinished;
}
