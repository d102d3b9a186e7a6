import type { TaskRequest, TaskResult } from '@inferscan/inference';
import { z } from 'zod';

import { badParameter, type ParameterNames } from './api-error.js';
import { ignored, readParameters } from './parameters.js';

const MAX_TEXTS = 1000;

const embeddingsSchema = z.strictObject({
  model: z.string().min(1).max(200),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_TEXTS)], {
    error: `expected a text, or a list of up to ${MAX_TEXTS}; token ids are not taken`,
  }),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  /** Only what the model has: a shorter vector would not be the model's. */
  dimensions: z.int().min(1).optional(),
  user: ignored,
});

export interface EmbeddingsRequest {
  readonly model: string;
  readonly names: ParameterNames;
  readonly request: TaskRequest<'embeddings'>;
  /** @throws ApiError for dimensions that the model does not have */
  answer(result: TaskResult<'embeddings'>): object;
  promptTokens(result: TaskResult<'embeddings'>): number;
}

/**
 * Reads a request for `POST /v1/embeddings`.
 * @throws ApiError
 */
export function readEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const { model, input, encoding_format, dimensions } = readParameters(embeddingsSchema, body);
  const single = typeof input === 'string';
  return {
    model,
    names: {
      model: 'model',
      task: 'model',
      precision: 'model',
      'inputs.texts': 'input',
      ...(single && { 'inputs.texts.0': 'input' }),
    },
    request: { task: 'embeddings', model, inputs: { texts: single ? [input] : input } },
    answer({ output }) {
      if (dimensions !== undefined && dimensions !== output.dimensions) {
        throw badParameter(
          'dimensions',
          'invalid_value',
          `dimensions: ${model} has ${output.dimensions}; leave it out`,
        );
      }
      const tokens = tokensOf(output);
      return {
        object: 'list',
        model,
        data: output.vectors.map((vector, index) => ({
          object: 'embedding',
          index,
          embedding: encoding_format === 'float' ? [...vector] : littleEndian(vector),
        })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      };
    },
    promptTokens: ({ output }) => tokensOf(output),
  };
}

function tokensOf({ tokens }: TaskResult<'embeddings'>['output']): number {
  return tokens.reduce((sum, count) => sum + count, 0);
}

/** 32-bit floats as OpenAI's clients ask for them, who find that quicker to read than digits. */
function littleEndian(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString('base64');
}
