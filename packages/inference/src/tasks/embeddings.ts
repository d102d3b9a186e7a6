import { z } from 'zod';
import { InferenceError } from '../errors.js';
import { defineTask, type Values } from './task.js';
import {
  createTextEncoder,
  ENCODER_INPUTS,
  readTextEncoder,
  type TextEncoderSpec,
  textsSchema,
  truncateSchema,
} from './text-encoder.js';

const POOLING_FILE = '1_Pooling/config.json';

/** The pooling that sentence-transformers writes down; only these two are common to small encoders. */
const poolingSchema = z
  .looseObject({
    pooling_mode_mean_tokens: z.boolean().default(false),
    pooling_mode_cls_token: z.boolean().default(false),
  })
  .refine((modes) => modes.pooling_mode_mean_tokens !== modes.pooling_mode_cls_token, {
    error: 'expected either pooling_mode_mean_tokens or pooling_mode_cls_token',
  })
  .transform((modes) => (modes.pooling_mode_cls_token ? ('first' as const) : ('mean' as const)));

interface Spec extends TextEncoderSpec {
  readonly pooling: 'mean' | 'first';
}

export interface Embeddings {
  /** One for each text, in order. */
  readonly vectors: readonly Float32Array[];
  readonly dimensions: number;
  /** Tokens of each text, as far as it was read. */
  readonly tokens: readonly number[];
  /** Whether each text was cut. */
  readonly truncated: readonly boolean[];
}

/** Texts as vectors whose angles tell likeness: BERT and sentence encoders with `last_hidden_state` out. */
export const embeddings = defineTask({
  // GPT2LMHeadModel and its like generate text.
  architecture: /(?<!LMHead)Model$/,

  inputs: z.strictObject({
    texts: textsSchema,
    /** Scale each vector to length 1. */
    normalize: z.boolean().default(true),
    truncate: truncateSchema,
  }),

  async read(files): Promise<Spec> {
    const encoder = await readTextEncoder(files);
    const pooling = files.has(POOLING_FILE) ? await files.json(POOLING_FILE, poolingSchema) : 'mean';
    return { ...encoder, pooling };
  },

  graph: () => ({ ...ENCODER_INPUTS, outputs: ['last_hidden_state'] }),

  prepare(spec) {
    const encode = createTextEncoder(spec);
    return async ({ texts, normalize, truncate }, graph): Promise<Embeddings> => {
      // All are checked before the first is run.
      const encoded = texts.map((text, index) => encode(text, `inputs.texts.${index}`, truncate));
      const vectors: Float32Array[] = [];
      for (const { feeds, tokens } of encoded) {
        const output = await graph.step(feeds);
        const vector = pool(output('last_hidden_state'), tokens, spec);
        vectors.push(normalize ? unit(vector) : vector);
      }
      return {
        vectors,
        dimensions: spec.width,
        tokens: encoded.map((text) => text.tokens),
        truncated: encoded.map((text) => text.truncated),
      };
    };
  },
});

function pool({ data, dims }: Values, tokens: number, { width, pooling }: Spec): Float32Array {
  if (dims.length !== 3 || dims[1] !== tokens || dims[2] !== width) {
    throw new InferenceError(
      'bad_model',
      `output last_hidden_state has shape [${dims.join(', ')}], expected [1, ${tokens}, ${width}]`,
    );
  }
  if (pooling === 'first') return data.slice(0, width);
  return Float32Array.from({ length: width }, (_, at) => {
    let sum = 0;
    for (let token = 0; token < tokens; token++) sum += data[token * width + at] ?? 0;
    return sum / tokens;
  });
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
