import type { Completion, StreamedToken } from '@inferscan/inference';
import { z } from 'zod';

import { badParameter } from './api-error.js';
import type { ChoiceStream, Dialect, TextRequest } from './dialect.js';
import { chatLogprobs } from './logprobs.js';
import { ignored, isEmptyList, notKept, readParameters } from './parameters.js';
import { engineSampling, SAMPLING_NAMES, samplingShape } from './sampling.js';

const MAX_MESSAGES = 1000;
/** What the engine takes at most; the end of the context ends a text before. */
const MAX_TOKENS = 100_000;

/** Tokens at a time that a prediction is looked up for. */
const PREDICTION_LOOKUP = 7;

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const content = z
  .union([z.string(), z.array(textPart).min(1)], {
    error: 'expected a text, or a list of {"type": "text", "text": …}: this server reads text only',
  })
  .transform((given) => (typeof given === 'string' ? given : given.map(({ text }) => text).join('')));

const message = z
  .object({
    role: z.enum(['system', 'developer', 'user', 'assistant'], {
      error: 'expected system, developer, user or assistant: tools are not called here',
    }),
    content,
    tool_calls: notKept('tools are not called here', (value) => value === null || isEmptyList(value)),
  })
  .transform(({ role, content }) => ({
    role: role === 'developer' ? ('system' as const) : role,
    content,
  }));

const jsonSchema = z.object({
  name: z.string().max(64).optional(),
  description: z.string().optional(),
  strict: z.boolean().nullish(),
  schema: z.record(z.string(), z.json()),
});

const responseFormat = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_schema'), json_schema: jsonSchema }),
  ],
  { error: 'expected the type text or json_schema: JSON without a schema is not kept here' },
);

const tokenLimit = z.int().min(1).max(MAX_TOKENS).optional();

const chatSchema = z.strictObject({
  ...samplingShape,
  messages: z.array(message).min(1).max(MAX_MESSAGES),
  max_completion_tokens: tokenLimit,
  /** OpenAI's older name of the same. */
  max_tokens: tokenLimit,
  logprobs: z.boolean().default(false),
  top_logprobs: z.int().min(0).max(20).optional(),
  response_format: responseFormat.default({ type: 'text' }),
  /** A model either writes its reasoning out or not: every effort but none has it written out. */
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).default('none'),
  /** What the answer may largely repeat. */
  prediction: z.object({ type: z.literal('content'), content }).optional(),
  store: notKept('answers are not stored here', (value) => value === false),
  tools: notKept('tools are not called here', isEmptyList),
  tool_choice: notKept('tools are not called here', (value) => value === 'none' || value === 'auto'),
  functions: notKept('functions are not called here', isEmptyList),
  function_call: notKept('functions are not called here', (value) => value === 'none' || value === 'auto'),
  modalities: notKept(
    'answers are text',
    (value) => Array.isArray(value) && value.every((one) => one === 'text'),
  ),
  audio: notKept('answers are text', () => false),
  web_search_options: notKept('nothing is searched for here', () => false),
  parallel_tool_calls: ignored,
  verbosity: ignored,
});

/**
 * Reads a request for `POST /v1/chat/completions`.
 * @throws ApiError
 */
export function readChatRequest(body: unknown): TextRequest {
  const asked = readParameters(chatSchema, body);
  if (asked.max_tokens !== undefined && asked.max_completion_tokens !== undefined) {
    throw badParameter(
      'max_tokens',
      'invalid_value',
      'max_tokens: is the older name of max_completion_tokens; use one',
    );
  }
  if (asked.top_logprobs !== undefined && !asked.logprobs) {
    throw badParameter('top_logprobs', 'invalid_value', 'top_logprobs: needs logprobs to be true');
  }
  const named = asked.max_tokens !== undefined ? 'max_tokens' : 'max_completion_tokens';
  const format = asked.response_format;
  return {
    dialect: chatDialect(named),
    model: asked.model,
    n: asked.n,
    stream: asked.stream,
    includeUsage: asked.stream_options?.include_usage ?? false,
    requests: [
      {
        ...engineSampling(asked),
        messages: asked.messages,
        reasoning: asked.reasoning_effort !== 'none',
        ...predictionOf(asked),
        maxTokens: asked.max_completion_tokens ?? asked.max_tokens ?? MAX_TOKENS,
        ...(asked.logprobs && { logprobs: asked.top_logprobs ?? 0 }),
        ...(format.type === 'json_schema' && { jsonSchema: format.json_schema.schema }),
      },
    ],
  };
}

/** Looked up a few tokens at a time, unless the request says how many. */
function predictionOf({ prediction, prompt_lookup_num_tokens }: z.output<typeof chatSchema>) {
  if (prediction === undefined || prediction.content === '') return {};
  return {
    prediction: prediction.content,
    promptLookupTokens: prompt_lookup_num_tokens || PREDICTION_LOOKUP,
  };
}

const chatDialect = (maxTokens: string): Dialect => ({
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  names: {
    ...SAMPLING_NAMES,
    messages: 'messages',
    // What the template makes of them.
    prompt: 'messages',
    reasoning: 'reasoning_effort',
    maxTokens,
    logprobs: 'top_logprobs',
    jsonSchema: 'response_format.json_schema.schema',
    prediction: 'prediction.content',
  },
  choice: (index, { text, reasoningText, finishReason, logprobs, reasoningTokens }: Completion) => ({
    index,
    message: {
      role: 'assistant',
      content: text,
      refusal: null,
      ...(reasoningText !== '' && { reasoning_content: reasoningText }),
    },
    logprobs: logprobs === undefined ? null : chatLogprobs(logprobs.slice(reasoningTokens)),
    finish_reason: finishReason,
  }),
  stream: chatStream,
});

function chatStream(index: number): ChoiceStream {
  let begun = false;
  const opening = () => {
    if (begun) return {};
    begun = true;
    return { role: 'assistant' };
  };
  return {
    piece({ kind, text, logprobs }: StreamedToken) {
      const shown = kind === 'reasoning' ? { reasoning_content: text } : { content: text };
      return {
        index,
        delta: { ...opening(), ...shown },
        logprobs: logprobs === undefined || kind === 'reasoning' ? null : chatLogprobs(logprobs),
        finish_reason: null,
      };
    },
    end: (finishReason) => ({ index, delta: opening(), logprobs: null, finish_reason: finishReason }),
  };
}
