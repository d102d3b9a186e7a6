/** An image as numbers from 0 (black) to 255 (white): rows from the top, pixels from the left, channels together. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

const FULL = 255;

/** Samples of 1, 3 or 4 channels as a raster; grey with alpha has 2. Alpha is left out, as image processors do. */
export function rasterOf(
  width: number,
  height: number,
  channels: number,
  samples: ArrayLike<number>,
  highest = FULL,
): Raster {
  const kept = channels >= 3 ? 3 : 1;
  const data = new Float32Array(width * height * kept);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < kept; channel++) {
      data[pixel * kept + channel] = ((samples[pixel * channels + channel] ?? 0) * FULL) / highest;
    }
  }
  return { width, height, channels: kept, data };
}

/** The raster in so many channels: grey by the luma of ITU-R BT.601, colours of grey by repeating it. */
export function inChannels(raster: Raster, channels: 1 | 3): Raster {
  if (raster.channels === channels) return raster;
  const pixels = raster.width * raster.height;
  const data = new Float32Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (channels === 1) {
      const [red = 0, green = 0, blue = 0] = raster.data.subarray(3 * pixel, 3 * pixel + 3);
      data[pixel] = 0.299 * red + 0.587 * green + 0.114 * blue;
    } else data.fill(raster.data[pixel] ?? 0, 3 * pixel, 3 * pixel + 3);
  }
  return { ...raster, channels, data };
}
