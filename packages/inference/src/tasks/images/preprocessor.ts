import { z } from 'zod';
import { inChannels, type Raster } from './raster.js';
import { RESAMPLING, resize } from './resize.js';

const side = z.int().min(1).max(4096);
const size = z.union([side, z.object({ height: side, width: side })], {
  error: 'expected a side in pixels or {"height", "width"}',
});
const perChannel = z.array(z.number()).min(1).max(3);

/** preprocessor_config.json of an image processor that scales to one size, as ViT's does. */
export const preprocessorSchema = z
  .object({
    do_resize: z
      .literal(true, { error: 'expected true: other sizes than the model was made for do not fit' })
      .default(true),
    size,
    resample: z.enum(RESAMPLING).default(RESAMPLING.bilinear),
    do_center_crop: z.literal(false, { error: 'cropping is not supported' }).default(false),
    do_rescale: z.boolean().default(true),
    rescale_factor: z
      .number()
      .positive()
      .default(1 / 255),
    do_normalize: z.boolean().default(true),
    image_mean: perChannel.default([0.5]),
    image_std: z.array(z.number().positive()).min(1).max(3).default([0.5]),
  })
  .transform((config) => ({
    height: typeof config.size === 'number' ? config.size : config.size.height,
    width: typeof config.size === 'number' ? config.size : config.size.width,
    resampling: config.resample,
    factor: config.do_rescale ? config.rescale_factor : 1,
    mean: config.do_normalize ? config.image_mean : [0],
    deviation: config.do_normalize ? config.image_std : [1],
  }));

export type Preprocessor = z.output<typeof preprocessorSchema>;

/** Writes an image as the model takes it, channel after channel, from `offset` on. */
export function writePixelValues(
  image: Raster,
  channels: 1 | 3,
  preprocessor: Preprocessor,
  target: Float32Array,
  offset: number,
): void {
  const { width, height, resampling, factor, mean, deviation } = preprocessor;
  const { data } = resize(inChannels(image, channels), width, height, resampling);
  const pixels = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const [middle = 0] = mean.length > 1 ? mean.slice(channel) : mean;
    const [spread = 1] = deviation.length > 1 ? deviation.slice(channel) : deviation;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = (data[pixel * channels + channel] ?? 0) * factor;
      target[offset + channel * pixels + pixel] = (value - middle) / spread;
    }
  }
}
