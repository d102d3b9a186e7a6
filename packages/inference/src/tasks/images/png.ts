import { inflateSync } from 'node:zlib';
import { convertIndexedToRgb, type DecodedPng, decode, encode } from 'fast-png';
import { InferenceError } from '../../errors.js';
import { type Raster, rasterOf } from './raster.js';

/** Most pixels of an image, whatever it is stored as. */
export const MAX_PIXELS = 2048 * 2048;

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const HEADER_BYTES = 13;
/** Length, type and checksum around the content of a chunk. */
const FRAME_BYTES = 12;
/** What the pixels need; profiles and texts could unpack to any size, and are not looked at. */
const NEEDED: ReadonlySet<string> = new Set(['IHDR', 'IDAT', 'IEND']);
const PALETTE = 'PLTE';
const INDEXED = 3;
const DEPTHS: ReadonlySet<number> = new Set([1, 2, 4, 8, 16]);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Start and step, across and down, of the seven passes of an interlaced image. */
const PASSES = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  readonly interlaced: boolean;
  /** Whether samples are places in a palette; other images may carry one as advice. */
  readonly indexed: boolean;
}

/**
 * Decodes a PNG of any kind. Its sizes are checked first, and its data may not unpack to more than they say.
 * @param path names the image in errors
 * @throws InferenceError bad_request
 */
export function readPng(bytes: Uint8Array, path: string): Raster {
  try {
    const { header, file, packed } = inspect(bytes);
    requireUnpacked(packed, unpackedBytes(header));
    return toRaster(decode(file, { checkCrc: true }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_request', `${path}: ${reason}`);
  }
}

/** A PNG of 8-bit samples, 1 or 3 a pixel. */
export function writePng(width: number, height: number, channels: 1 | 3, data: Uint8Array): Uint8Array {
  return encode({ width, height, channels, depth: 8, data });
}

function inspect(bytes: Uint8Array): { header: Header; file: Uint8Array; packed: Uint8Array } {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw new Error('not a PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE.length)];
  const packed: Uint8Array[] = [];
  let header: Header | undefined;
  let colours = 0;
  for (let at = SIGNATURE.length; ; ) {
    if (at + FRAME_BYTES > bytes.length) throw new Error('the PNG ends too early');
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) throw new Error('the PNG ends too early');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (header === undefined) header = headerOf(view, at, type, length);
    else if (type === 'IHDR') throw new Error('the PNG has two headers');
    if (NEEDED.has(type)) kept.push(bytes.subarray(at, end));
    if (type === PALETTE && header.indexed) {
      kept.push(bytes.subarray(at, end));
      colours = Math.floor(length / 3);
    }
    if (type === 'IDAT') packed.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IEND') {
      if (header.indexed && colours === 0) throw new Error('the PNG has no palette');
      return { header, file: Buffer.concat(kept), packed: Buffer.concat(packed) };
    }
    at = end;
  }
}

function headerOf(view: DataView, at: number, type: string, length: number): Header {
  if (type !== 'IHDR' || length !== HEADER_BYTES) throw new Error('the PNG has no header');
  const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
  const [depth, colour, interlace] = [view.getUint8(at + 16), view.getUint8(at + 17), view.getUint8(at + 20)];
  if (width === 0 || height === 0) throw new Error('the PNG has no pixels');
  if (width * height > MAX_PIXELS) {
    throw new Error(`${width} by ${height} pixels, at most ${MAX_PIXELS} in all are read`);
  }
  const channels = CHANNELS[colour];
  if (channels === undefined) throw new Error(`the PNG has the unknown colour type ${colour}`);
  if (!DEPTHS.has(depth)) throw new Error(`the PNG has samples of ${depth} bits`);
  if (interlace > 1) throw new Error(`the PNG has the unknown interlace method ${interlace}`);
  if (interlace === 1 && depth < 8) throw new Error('interlaced PNGs of less than 8 bits are not read');
  return {
    width,
    height,
    bitsPerPixel: depth * channels,
    interlaced: interlace === 1,
    indexed: colour === INDEXED,
  };
}

/** Bytes of the filtered rows, one for the filter before each. */
function unpackedBytes({ width, height, bitsPerPixel, interlaced }: Header): number {
  const rows = (across: number, down: number) =>
    across === 0 ? 0 : down * (1 + Math.ceil((across * bitsPerPixel) / 8));
  if (!interlaced) return rows(width, height);
  const size = (total: number, start: number, step: number) => Math.max(0, Math.ceil((total - start) / step));
  return PASSES.reduce((sum, [x, dx, y, dy]) => sum + rows(size(width, x, dx), size(height, y, dy)), 0);
}

function requireUnpacked(packed: Uint8Array, expected: number): void {
  let length: number;
  try {
    length = inflateSync(packed, { maxOutputLength: expected }).length;
  } catch (error) {
    const tooLong = error instanceof RangeError;
    throw new Error(
      tooLong
        ? `the PNG unpacks to more than the ${expected} bytes of its size`
        : 'the PNG cannot be unpacked',
    );
  }
  if (length < expected) throw new Error(`the PNG unpacks to ${length} bytes, its size needs ${expected}`);
}

function toRaster(png: DecodedPng): Raster {
  const { width, height, depth, channels } = png;
  if (png.palette) return rasterOf(width, height, 3, convertIndexedToRgb(png));
  const samples = depth < 8 ? unpackBits(png) : png.data;
  return rasterOf(width, height, channels, samples, 2 ** depth - 1);
}

/** One number for each pixel of a grey image of 1, 2 or 4 bits; rows begin at a byte. */
function unpackBits({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)] ?? 0;
      samples[y * width + x] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return samples;
}
