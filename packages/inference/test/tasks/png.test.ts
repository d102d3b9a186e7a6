import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { InferenceError } from '../../src/errors.js';
import { readPng } from '../../src/tasks/images/png.js';

/** A chunk with its checksum. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

function header(width: number, height: number, depth: number, colour: number, interlace = 0): Uint8Array {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  content.set([depth, colour, 0, 0, interlace], 8);
  return chunk('IHDR', content);
}

function png(...chunks: Uint8Array[]): Uint8Array {
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return Buffer.concat([signature, ...chunks, chunk('IEND', new Uint8Array())]);
}

const data = (...bytes: number[]) => chunk('IDAT', deflateSync(Uint8Array.from(bytes)));
const values = (bytes: Uint8Array) => [...readPng(bytes, 'image').data].map((value) => Math.round(value));

describe('a PNG', () => {
  it.each([
    ['grey, 8 bits', png(header(2, 1, 8, 0), data(0, 7, 255)), [7, 255]],
    [
      'grey, 1 bit, rows that begin at a byte',
      png(header(3, 2, 1, 0), data(0, 0b10100000, 0, 0b01000000)),
      [255, 0, 255, 0, 255, 0],
    ],
    ['grey, 2 bits', png(header(4, 1, 2, 0), data(0, 0b00011011)), [0, 85, 170, 255]],
    ['grey, 4 bits', png(header(2, 1, 4, 0), data(0, 0x0f)), [0, 255]],
    ['grey, 16 bits', png(header(1, 1, 16, 0), data(0, 0x80, 0x80)), [128]],
    ['grey with alpha, which is left out', png(header(1, 1, 8, 4), data(0, 9, 0)), [9]],
    ['colour', png(header(1, 1, 8, 2), data(0, 1, 2, 3)), [1, 2, 3]],
    ['colour with alpha', png(header(1, 1, 8, 6), data(0, 1, 2, 3, 0)), [1, 2, 3]],
    [
      'colour that carries a palette as advice',
      png(header(1, 1, 8, 2), chunk('PLTE', Uint8Array.of(9, 9, 9)), data(0, 1, 2, 3)),
      [1, 2, 3],
    ],
    [
      'a palette',
      png(header(2, 1, 1, 3), chunk('PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6)), data(0, 0b01000000)),
      [1, 2, 3, 4, 5, 6],
    ],
    [
      'in two pieces with a text between',
      png(header(1, 1, 8, 0), chunk('tEXt', Uint8Array.of(65, 0, 66)), data(0, 8)),
      [8],
    ],
  ])('of %s is read', (_, bytes, expected) => {
    expect(values(bytes)).toEqual(expected);
  });

  it('interlaced is read as the plain one', () => {
    const pixels = Uint8Array.from({ length: 9 * 7 * 3 }, (_, at) => (at * 37) % 256);
    const image = { width: 9, height: 7, channels: 3, depth: 8 as const, data: pixels };
    expect(values(encode(image, { interlace: 'Adam7' }))).toEqual(values(encode(image)));
    expect(values(encode(image))).toEqual([...pixels]);
  });

  it.each([
    ['no PNG', Uint8Array.of(1, 2, 3), 'not a PNG'],
    ['cut off', png(header(1, 1, 8, 0), data(0, 8)).subarray(0, -6), 'ends too early'],
    ['of too many pixels', png(header(100_000, 100_000, 8, 0), data(0)), '100000 by 100000 pixels, at most'],
    ['without pixels', png(header(0, 5, 8, 0), data(0)), 'no pixels'],
    [
      'that unpacks to too much',
      png(header(2, 2, 8, 0), chunk('IDAT', deflateSync(new Uint8Array(50_000_000)))),
      'unpacks to more than the 6 bytes',
    ],
    [
      'that unpacks to too little',
      png(header(2, 2, 8, 0), data(0, 1, 2)),
      'unpacks to 3 bytes, its size needs 6',
    ],
    [
      'with data that are none',
      png(header(1, 1, 8, 0), chunk('IDAT', Uint8Array.of(1, 2))),
      'cannot be unpacked',
    ],
    ['without data', png(header(1, 1, 8, 0)), 'unpacked'],
    ['with two headers', png(header(1, 1, 8, 0), header(9, 9, 8, 0), data(0, 1)), 'two headers'],
    ['of an unknown colour type', png(header(1, 1, 8, 5), data(0, 1)), 'colour type 5'],
    ['of an unknown depth', png(header(1, 1, 200, 0), data(0, 1)), '200 bits'],
    [
      'with an empty palette',
      png(header(1, 1, 8, 3), chunk('PLTE', new Uint8Array()), data(0, 0)),
      'no palette',
    ],
    [
      'with places that its palette lacks',
      png(header(1, 1, 8, 3), chunk('PLTE', Uint8Array.of(1, 2, 3)), data(0, 7)),
      'palette',
    ],
    ['with an unknown filter', png(header(1, 1, 8, 0), data(9, 1)), 'filter'],
  ])('%s is refused, naming it', (_, bytes, message) => {
    expect(() => readPng(bytes, 'inputs.images.3.png')).toThrow(`inputs.images.3.png: `);
    expect(() => readPng(bytes, 'inputs.images.3.png')).toThrow(message);
  });

  it('never unpacks what pixels do not need', () => {
    const profile = Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(new Uint8Array(50_000_000))]);
    expect(values(png(header(1, 1, 8, 0), chunk('iCCP', profile), data(0, 8)))).toEqual([8]);
  });

  it('with any bytes changed is read or refused, never more', () => {
    const whole = encode({
      width: 5,
      height: 4,
      channels: 3,
      data: Uint8Array.from({ length: 60 }, (_, at) => at * 4),
    });
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    void fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = Uint8Array.from(whole.subarray(0, Math.max(length, 20)));
          for (const [at, value] of changes) bytes[at] = value;
          try {
            const { width, height, channels, data: found } = readPng(bytes, 'image');
            expect(found).toHaveLength(width * height * channels);
          } catch (error) {
            expect(error).toBeInstanceOf(InferenceError);
            expect(error instanceof Error ? error.message : '').toMatch(/^image: ./);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
