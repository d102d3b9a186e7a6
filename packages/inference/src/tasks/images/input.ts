import { z } from 'zod';
import { MAX_PIXELS, readPng } from './png.js';
import { type Raster, rasterOf } from './raster.js';

const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_SIDE = 16_384;

/** Bytes, or their base64 text. */
function bytes(most: number) {
  const what = `expected at most ${most} bytes, or their base64 text`;
  return z.union(
    [
      // A copy: what is posted to a thread takes its whole buffer along.
      z
        .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= most)
        .transform((value) => Uint8Array.from(value)),
      z
        .string()
        .max(Math.ceil(most / 3) * 4)
        .regex(/^[A-Za-z0-9+/]*={0,2}$/)
        .transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
    ],
    { error: what },
  );
}

const side = z.int().min(1).max(MAX_SIDE);

const pixelImage = z
  .strictObject({
    width: side,
    height: side,
    /** Grey; red, green and blue; the same with alpha, which is left out. */
    channels: z.union([z.literal(1), z.literal(3), z.literal(4)], { error: 'expected 1, 3 or 4' }),
    /** One byte for each channel of each pixel, row by row from the top. */
    pixels: bytes(4 * MAX_PIXELS),
  })
  .check(({ value, issues }) => {
    const expected = value.width * value.height * value.channels;
    if (value.width * value.height > MAX_PIXELS) {
      issues.push({
        code: 'custom',
        input: value,
        path: [],
        message: `at most ${MAX_PIXELS} pixels are read`,
      });
    } else if (value.pixels.length !== expected) {
      const message = `expected ${expected} bytes for its size, found ${value.pixels.length}`;
      issues.push({ code: 'custom', input: value.pixels, path: ['pixels'], message });
    }
  });

/** An image as a caller gives it: a PNG file, or plain pixels. */
export const imageInputSchema = z.union([z.strictObject({ png: bytes(MAX_FILE_BYTES) }), pixelImage]);

/** @throws InferenceError bad_request for a PNG that cannot be read or unpacks to too much */
export function readImage(image: z.output<typeof imageInputSchema>, path: string): Raster {
  if ('png' in image) return readPng(image.png, `${path}.png`);
  return rasterOf(image.width, image.height, image.channels, image.pixels);
}
