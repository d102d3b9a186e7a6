import type { Completion, StreamedToken } from '@inferscan/inference';
import { z } from 'zod';

import { badParameter } from './api-error.js';
import type { ChoiceStream, Dialect, TextRequest } from './dialect.js';
import { textLogprobs } from './logprobs.js';
import { notKept, readParameters } from './parameters.js';
import { engineSampling, SAMPLING_NAMES, samplingShape } from './sampling.js';

const MAX_PROMPTS = 32;
const MAX_CHOICES = 128;
const MAX_TOKENS = 100_000;
/** OpenAI's own default. */
const DEFAULT_TOKENS = 16;

const completionsSchema = z.strictObject({
  ...samplingShape,
  prompt: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_PROMPTS)], {
    error: `expected a text, or a list of up to ${MAX_PROMPTS}; token ids are not taken`,
  }),
  max_tokens: z.int().min(1).max(MAX_TOKENS).default(DEFAULT_TOKENS),
  logprobs: z.int().min(0).max(20).optional(),
  best_of: z.int().min(1).optional(),
  echo: notKept('prompts are not repeated here', (value) => value === false),
  suffix: notKept('texts are not filled in here', (value) => value === ''),
});

/**
 * Reads a request for `POST /v1/completions`: the model goes on with the prompt as it is.
 * @throws ApiError
 */
export function readCompletionsRequest(body: unknown): TextRequest {
  const asked = readParameters(completionsSchema, body);
  if (asked.best_of !== undefined && asked.best_of !== asked.n) {
    throw badParameter('best_of', 'unsupported_parameter', 'best_of: must be n; all completions are given');
  }
  const prompts = typeof asked.prompt === 'string' ? [asked.prompt] : asked.prompt;
  if (prompts.length * asked.n > MAX_CHOICES) {
    throw badParameter(
      'n',
      'invalid_value',
      `n: at most ${MAX_CHOICES} completions for all prompts together`,
    );
  }
  const sampling = engineSampling(asked);
  return {
    dialect: TEXT_DIALECT,
    model: asked.model,
    n: asked.n,
    stream: asked.stream,
    includeUsage: asked.stream_options?.include_usage ?? false,
    requests: prompts.map((prompt) => ({
      ...sampling,
      prompt,
      raw: true,
      maxTokens: asked.max_tokens,
      ...(asked.logprobs !== undefined && { logprobs: asked.logprobs }),
    })),
  };
}

const TEXT_DIALECT: Dialect = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  names: { ...SAMPLING_NAMES, prompt: 'prompt', maxTokens: 'max_tokens', logprobs: 'logprobs' },
  choice: (index, { text, reasoningText, finishReason, logprobs }: Completion) => ({
    index,
    // Without a template nothing tells reasoning from the rest: it is text like any other.
    text: reasoningText + text,
    logprobs: logprobs === undefined ? null : textLogprobs(logprobs, 0),
    finish_reason: finishReason,
  }),
  stream: textStream,
};

function textStream(index: number): ChoiceStream {
  let offset = 0;
  return {
    piece({ text, logprobs }: StreamedToken) {
      const begin = offset;
      offset += text.length;
      return {
        index,
        text,
        logprobs: logprobs === undefined ? null : textLogprobs(logprobs, begin),
        finish_reason: null,
      };
    },
    end: (finishReason) => ({ index, text: '', logprobs: null, finish_reason: finishReason }),
  };
}
