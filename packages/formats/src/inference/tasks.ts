import { z } from 'zod';

import { common, inputsOf, Seed, Text } from './common.js';

/** Bytes as base64; how many of them an engine takes is for it to say. */
const Base64 = z
  .string()
  .min(1)
  .max(12_000_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'expected base64');

/** A PNG file, or plain pixels: one byte for each channel, row by row from the top. */
export const ImageInput = z.union(
  [
    z.strictObject({ png: Base64 }),
    z.strictObject({
      width: z.int().min(1).max(16_384),
      height: z.int().min(1).max(16_384),
      channels: z.int().min(1).max(4),
      pixels: Base64,
    }),
  ],
  { error: 'expected {"png": base64} or {"width", "height", "channels", "pixels": base64}' },
);
export type ImageInput = z.infer<typeof ImageInput>;

/** Texts in, vectors out. */
export const EmbeddingSpec = z.strictObject({
  ...common,
  task: z.literal('embedding'),
  inputs: inputsOf(Text, 'non-empty texts'),
  params: z
    .strictObject({
      /** Scales each vector to length 1. */
      normalize: z.boolean().optional(),
      /** Cuts a text that is too long, instead of refusing it. */
      truncate: z.boolean().optional(),
    })
    .optional(),
});
export type EmbeddingSpec = z.infer<typeof EmbeddingSpec>;

/** Texts or images in, the classes that a model sees in them out. */
export const ClassificationSpec = z.strictObject({
  ...common,
  task: z.literal('classification'),
  inputs: inputsOf(
    z.union([Text, ImageInput], { error: 'expected a non-empty text or an image' }),
    'texts or images',
  ),
  params: z
    .strictObject({
      /** How many classes are given, the most likely first. */
      top_k: z.int().min(1).max(1_000).optional(),
      truncate: z.boolean().optional(),
    })
    .optional(),
});
export type ClassificationSpec = z.infer<typeof ClassificationSpec>;

/** Labels in, images out; null asks for anything. */
export const ImageGenerationSpec = z.strictObject({
  ...common,
  task: z.literal('image-generation'),
  inputs: inputsOf(z.string().min(1).max(200).nullable(), 'labels'),
  params: z
    .strictObject({
      steps: z.int().min(1).max(1_000).optional(),
      guidance: z.number().min(0).max(100).optional(),
      seed: Seed.optional(),
    })
    .optional(),
});
export type ImageGenerationSpec = z.infer<typeof ImageGenerationSpec>;

const Values = z.array(z.number().min(-1e6).max(1e6)).min(1).max(65_536);

/** Observations in, what to do next out. */
export const ActionSpec = z.strictObject({
  ...common,
  task: z.literal('action'),
  inputs: inputsOf(
    z.strictObject({
      values: Values,
      /** Whether each action may be taken; all may, where it is left out. */
      allowed: z.array(z.boolean()).max(65_536).optional(),
    }),
    'observations',
  ),
  params: z
    .strictObject({
      /** 0 takes the best action; above, one is drawn. */
      temperature: z.number().min(0).max(10).optional(),
      seed: Seed.optional(),
    })
    .optional(),
});
export type ActionSpec = z.infer<typeof ActionSpec>;
