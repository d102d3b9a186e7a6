import { toHex } from '../text/hex.js';

/** How an instruction's data becomes arguments by name. */
export interface ArgumentReader {
  /** Bytes that the arguments take with the discriminator: more than there are when the data ends too early. */
  readonly bytesIn: (data: Uint8Array) => number;
  /** Reads data that is long enough. What comes after the arguments is ignored, as programs do. */
  readonly read: (data: Uint8Array) => Record<string, string>;
}

/** First bytes of the data: which instruction. */
export const DISCRIMINATOR_BYTES = 8;

const argumentText = (value: unknown): string => (value instanceof Uint8Array ? toHex(value) : String(value));

/** Arguments by a generated client's decoder. */
export const generated = (decoder: {
  readonly fixedSize: number;
  decode(data: Uint8Array): object;
}): ArgumentReader => ({
  bytesIn: () => decoder.fixedSize,
  read(data) {
    if (decoder.fixedSize === DISCRIMINATOR_BYTES) return {};
    const args: Record<string, string> = {};
    for (const [name, value] of Object.entries(decoder.decode(data))) {
      if (name !== 'discriminator') args[name] = argumentText(value);
    }
    return args;
  },
});

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

/** Numbers of two halves up to here are exact as they are. */
const EXACT_HIGH = 2 ** 21;

const halfAt = (data: Uint8Array, at: number): number =>
  ((data[at] ?? 0) |
    ((data[at + 1] ?? 0) << 8) |
    ((data[at + 2] ?? 0) << 16) |
    ((data[at + 3] ?? 0) << 24)) >>>
  0;

/** Text of 64 bits; few numbers are so large that it takes a view. */
function textOf64(data: Uint8Array, at: number, isSigned: boolean): string {
  const high = halfAt(data, at + 4);
  if (high < EXACT_HIGH) return String(high * 2 ** 32 + halfAt(data, at));
  const view = viewOf(data);
  return String(isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
}

function u128At(view: DataView, at: number): bigint {
  return (view.getBigUint64(at + 8, true) << 64n) | view.getBigUint64(at, true);
}

function textAt(data: Uint8Array, at: number, end: number): string {
  // A zero is valid in UTF-8 and in these programs, but not in text columns of a database.
  return new TextDecoder().decode(data.subarray(at + LENGTH_BYTES, end)).replaceAll('\0', '\uFFFD');
}

/** Strings begin with their length. */
const LENGTH_BYTES = 4;

/** Kinds of fields with their bytes, of text those of its length, and how they become text. */
const KINDS = {
  u8: [1, (data: Uint8Array, at: number) => String(data[at])],
  u16: [2, (data: Uint8Array, at: number) => String(viewOf(data).getUint16(at, true))],
  u64: [8, (data: Uint8Array, at: number) => textOf64(data, at, false)],
  i64: [8, (data: Uint8Array, at: number) => textOf64(data, at, true)],
  u128: [16, (data: Uint8Array, at: number) => String(u128At(viewOf(data), at))],
  bool: [1, (data: Uint8Array, at: number) => String(data[at] !== 0)],
  digest: [32, (data: Uint8Array, at: number) => toHex(data.subarray(at, at + 32))],
  text: [LENGTH_BYTES, textAt],
} as const;
type Kind = keyof typeof KINDS;

/** Where the field at `at` ends; beyond the data when it ends too early. */
function endOf(kind: Kind, data: Uint8Array, at: number): number {
  const end = at + KINDS[kind][0];
  return kind === 'text' && end <= data.length ? end + viewOf(data).getUint32(at, true) : end;
}

/** Arguments in the order in which they lie in the data, little-endian, without padding. */
export function fields(kinds: Readonly<Record<string, Kind>>): ArgumentReader {
  const list = Object.entries(kinds);
  const bytesIn = (data: Uint8Array) =>
    list.reduce((at, [, kind]) => endOf(kind, data, at), DISCRIMINATOR_BYTES);
  const fixed = list.some(([, kind]) => kind === 'text') ? null : bytesIn(new Uint8Array());
  return {
    bytesIn: fixed === null ? bytesIn : () => fixed,
    read(data) {
      const args: Record<string, string> = {};
      let at = DISCRIMINATOR_BYTES;
      for (const [name, kind] of list) {
        const end = endOf(kind, data, at);
        args[name] = KINDS[kind][1](data, at, end);
        at = end;
      }
      return args;
    },
  };
}

export const NO_ARGUMENTS = fields({});

/** The data as hex under one name, for what is only kept. */
export const RAW_DATA: ArgumentReader = {
  bytesIn: () => DISCRIMINATOR_BYTES,
  read: (data) => ({ data: toHex(data) }),
};
