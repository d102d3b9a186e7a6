import { randomInt } from 'node:crypto';

import type { TaskRequest, TaskResult } from '@inferscan/inference';
import { z } from 'zod';

import type { ParameterNames } from './api-error.js';
import { ignored, notKept, readParameters } from './parameters.js';

const MAX_IMAGES = 64;
const MAX_SEED = 0xffff_ffff;

const imagesSchema = z.strictObject({
  model: z.string().min(1).max(200),
  /** What the image shall show, by a name that the model knows. */
  prompt: z.string().min(1).max(200),
  n: z.int().min(1).max(MAX_IMAGES).default(1),
  response_format: z
    .literal('b64_json', { error: 'expected b64_json: images are not kept here for a URL' })
    .default('b64_json'),
  output_format: z.literal('png', { error: 'expected png' }).default('png'),
  size: z.literal('auto', { error: 'expected auto: every model paints in its own size' }).default('auto'),
  stream: notKept('images are given whole', (value) => value === false),
  // Not OpenAI's: images can be made again.
  seed: z.int().min(0).max(MAX_SEED).optional(),
  steps: z.int().min(1).max(1000).optional(),
  guidance: z.number().min(0).max(100).optional(),
  background: ignored,
  moderation: ignored,
  output_compression: ignored,
  partial_images: ignored,
  quality: ignored,
  style: ignored,
  user: ignored,
});

export interface ImagesRequest {
  readonly model: string;
  readonly names: ParameterNames;
  readonly request: TaskRequest<'image-generation'>;
  answer(result: TaskResult<'image-generation'>): object;
  promptTokens(result: TaskResult<'image-generation'>): number;
}

/**
 * Reads a request for `POST /v1/images/generations`.
 * @throws ApiError
 */
export function readImagesRequest(body: unknown): ImagesRequest {
  const { model, prompt, n, seed, steps, guidance } = readParameters(imagesSchema, body);
  const labels = Array.from({ length: n }, () => prompt);
  return {
    model,
    names: {
      model: 'model',
      task: 'model',
      precision: 'model',
      'inputs.labels.0': 'prompt',
      'inputs.steps': 'steps',
      'inputs.guidance': 'guidance',
      seed: 'seed',
    },
    request: {
      task: 'image-generation',
      model,
      seed: seed ?? randomInt(MAX_SEED),
      inputs: {
        labels,
        ...(steps !== undefined && { steps }),
        ...(guidance !== undefined && { guidance }),
      },
    },
    promptTokens: () => 0,
    answer: ({ output }) => ({
      created: Math.floor(Date.now() / 1000),
      output_format: 'png',
      data: output.images.map(({ png, seed, width, height }) => ({
        b64_json: Buffer.from(png).toString('base64'),
        seed,
        width,
        height,
      })),
    }),
  };
}
