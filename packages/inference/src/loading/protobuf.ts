import type { FileHandle } from 'node:fs/promises';
import { InferenceError } from '../errors.js';

const WINDOW_BYTES = 64 * 1024;
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** One field of a message: a varint has a value, a length-delimited field its place in the file. */
export interface Field {
  readonly number: number;
  readonly value: bigint;
  readonly start: number;
  readonly end: number;
}

export interface ProtobufFile {
  readonly size: number;
  /** The fields of the message that lies from `start` to `end`; contents are skipped unless asked for. */
  fields(start: number, end: number): AsyncGenerator<Field>;
  /** The bytes of a field. */
  bytes(field: Field, atMost: number): Promise<Uint8Array>;
}

/**
 * Reads protobuf from an open file through a small window, so that weights of any size are skipped, never read.
 * @throws InferenceError bad_model at anything that is no protobuf, naming the path
 */
export function protobufFile(path: string, file: FileHandle, size: number): ProtobufFile {
  const window = new Uint8Array(WINDOW_BYTES);
  let windowStart = 0;
  let windowLength = 0;

  const malformed = (at: number, what: string) =>
    new InferenceError('bad_model', `${path}: not an ONNX file (byte ${at}: ${what})`);

  async function byteAt(at: number, end: number): Promise<number> {
    if (at >= end) throw malformed(at, 'it ends in the middle of a field');
    if (at < windowStart || at >= windowStart + windowLength) {
      const { bytesRead } = await file.read(window, 0, WINDOW_BYTES, at);
      windowStart = at;
      windowLength = bytesRead;
    }
    const byte = window[at - windowStart];
    if (byte === undefined || at >= windowStart + windowLength) throw malformed(at, 'the file ends');
    return byte;
  }

  async function varint(start: number, end: number): Promise<{ value: bigint; next: number }> {
    let value = 0n;
    for (let index = 0; index < 10; index++) {
      const byte = await byteAt(start + index, end);
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return { value, next: start + index + 1 };
    }
    throw malformed(start, 'a number of more than ten bytes');
  }

  return {
    size,
    async *fields(start, end) {
      let at = start;
      while (at < end) {
        const key = await varint(at, end);
        const number = Number(key.value >> 3n);
        const wire = Number(key.value & 7n);
        if (number < 1 || number > 0x1fff_ffff) throw malformed(at, `field number ${number}`);
        if (wire === VARINT) {
          const { value, next } = await varint(key.next, end);
          yield { number, value, start: key.next, end: next };
          at = next;
          continue;
        }
        let content = key.next;
        let length = wire === FIXED64 ? 8n : wire === FIXED32 ? 4n : undefined;
        if (wire === BYTES) {
          const read = await varint(key.next, end);
          length = read.value;
          content = read.next;
        }
        if (length === undefined) throw malformed(at, `wire type ${wire}`);
        if (length > BigInt(end - content)) throw malformed(at, 'a field that ends after its message');
        const next = content + Number(length);
        yield { number, value: 0n, start: content, end: next };
        at = next;
      }
    },
    async bytes({ start, end }, atMost) {
      if (end - start > atMost) throw malformed(start, `a text of ${end - start} bytes, at most ${atMost}`);
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw malformed(start, 'the file ends');
      return bytes;
    },
  };
}
