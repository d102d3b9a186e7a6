import { z } from 'zod';
import { checkJsonSchema } from './constraint/json-schema.js';
import { PRECISIONS } from './contract.js';
import { InferenceError } from './errors.js';

const MAX_PROMPT_CHARACTERS = 200_000;
const MAX_MESSAGES = 1000;
const MAX_TOKENS = 100_000;
const MAX_STOPS = 16;
const MAX_BIASES = 1024;
/** A wider step than that of 16 tokens was not measured. */
const MAX_GUESSES = 15;
const MAX_TIMEOUT_MS = 24 * 3600 * 1000;

const TOKEN_ID = /^(0|[1-9]\d{0,8})$/;

const text = z.string().max(MAX_PROMPT_CHARACTERS);

const messageSchema = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: text });

const penalty = z.number().min(-2).max(2).default(0);

const requestSchema = z.strictObject({
  model: z.string().min(1).max(200),
  /** The most precise that the model is there in, where it is left out. */
  precision: z.enum(PRECISIONS).optional(),
  /** What a user says; the model's chat template is put around it. */
  prompt: text.min(1).optional(),
  /** A conversation instead of the one prompt. */
  messages: z.array(messageSchema).min(1).max(MAX_MESSAGES).optional(),
  /** Has the model go on with the prompt as it is, without its chat template. */
  raw: z.boolean().default(false),
  /** Ask the model to write out its reasoning before the answer. */
  reasoning: z.boolean().default(false),
  maxTokens: z.int().min(1).max(MAX_TOKENS).default(256),
  /** 0 takes the most likely token every time. */
  temperature: z.number().min(0).max(10).default(0),
  /** Keep the k most likely tokens; 0 keeps all. */
  topK: z.int().min(0).max(1_000_000).default(0),
  /** Keep the most likely tokens that together reach this probability; 1 keeps all. */
  topP: z.number().gt(0).max(1).default(1),
  /** Keep the tokens at least this fraction as likely as the most likely one; 0 keeps all. */
  minP: z.number().min(0).max(1).default(0),
  /** Divides positive logits, and multiplies negative ones, of tokens in the prompt or the completion; 1 changes nothing. */
  repetitionPenalty: z.number().min(0.1).max(10).default(1),
  /** Taken from a token's logit for each time that it was generated. */
  frequencyPenalty: penalty,
  /** Taken from a token's logit when it was generated at all. */
  presencePenalty: penalty,
  /** Added to the logits of these token ids. */
  logitBias: z
    .record(z.string(), z.number().min(-1000).max(1000))
    .refine((biases) => Object.keys(biases).every((id) => TOKEN_ID.test(id)), 'keys must be token ids')
    .refine((biases) => Object.keys(biases).length <= MAX_BIASES, `at most ${MAX_BIASES} tokens`)
    .default({}),
  /** Generation ends where one of these would stand in the text; what is given ends before it. */
  stop: z.array(z.string().min(1).max(200)).max(MAX_STOPS).default([]),
  /** Binds the answer, not the reasoning, to JSON of this schema; see constraint/json-schema.ts for what it may say. */
  jsonSchema: z.record(z.string(), z.json()).optional(),
  /** Give each token's log-probability, and those of so many most likely ones; by the model itself, before all of the above. */
  logprobs: z.int().min(0).max(20).optional(),
  /** Commit to the logits of every completion, for what the salt says and nothing else. */
  commitment: z.strictObject({ salt: z.string().min(1).max(1000) }).optional(),
  /**
   * Read up to so many guessed tokens together with the next one, wherever the last tokens stood before in prompt or completion: what
   * followed there is guessed. Saves steps where an answer repeats things. The same request gets the same tokens, but they may come
   * to differ from those without guesses by rounding. 0 guesses nothing.
   */
  promptLookupTokens: z.int().min(0).max(MAX_GUESSES).default(0),
  /** A text of which the answer may repeat much: it is looked up in as in the prompt, and not read by the model. */
  prediction: text.min(1).optional(),
  /**
   * Read guesses of another model with the next token, where nothing is looked up: a quicker one with the same tokens, or the same in a
   * lower precision. Of bits as promptLookupTokens.
   */
  draft: z
    .strictObject({
      model: z.string().min(1).max(200),
      precision: z.enum(PRECISIONS).optional(),
      /** Tokens at a time. */
      tokens: z.int().min(1).max(MAX_GUESSES).default(4),
    })
    .optional(),
  /**
   * Whether rows of this request share steps with others where a row alone has other last bits than in company, as on some processors in
   * 4 bits: its rows are never computed alone then. Many at a time take less time for it, and one takes longer. Where it is left out,
   * several completions do.
   */
  together: z.boolean().optional(),
  /** How many completions; number i has the seed `seed + i`. The prompt is read once for all of them. */
  n: z.int().min(1).max(1024).default(1),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  /** Milliseconds from submission on, waiting included, after which the request fails. */
  timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).optional(),
});

const checkedSchema = requestSchema
  .refine(({ prompt, messages }) => (prompt === undefined) !== (messages === undefined), {
    path: ['prompt'],
    message: 'expected either a prompt or messages',
  })
  .refine(({ messages = [] }) => charactersOf(messages) <= MAX_PROMPT_CHARACTERS, {
    path: ['messages'],
    message: `at most ${MAX_PROMPT_CHARACTERS} characters together`,
  })
  .refine(({ raw, messages, reasoning }) => !raw || (messages === undefined && !reasoning), {
    path: ['raw'],
    message: 'only of a prompt, and without reasoning, which the chat template asks for',
  })
  .refine(({ n, temperature }) => n === 1 || temperature > 0, {
    path: ['n'],
    message: 'at temperature 0 all completions are the same; use 1',
  })
  .refine(({ prediction, promptLookupTokens }) => prediction === undefined || promptLookupTokens > 0, {
    path: ['prediction'],
    message: 'only where it is looked up in; expected promptLookupTokens above 0',
  })
  .refine(({ n, draft }) => n === 1 || draft === undefined, {
    path: ['draft'],
    message: 'only of one completion; expected n 1',
  })
  .refine(({ n, seed }) => seed <= Number.MAX_SAFE_INTEGER - (n - 1), {
    path: ['seed'],
    message: `seed + n - 1 must be at most ${Number.MAX_SAFE_INTEGER}`,
  });

function charactersOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

/** One turn of a conversation. */
export type ChatMessage = z.output<typeof messageSchema>;
export type GenerationRequest = z.input<typeof requestSchema>;
export interface ValidRequest extends Omit<z.output<typeof requestSchema>, 'jsonSchema'> {
  readonly jsonSchema?: Readonly<Record<string, unknown>> | undefined;
}

/** @throws InferenceError bad_request, naming each wrong field and what it may be */
export function parseRequest(value: unknown): ValidRequest {
  const parsed = checkedSchema.safeParse(value);
  if (parsed.success) {
    const { jsonSchema, ...rest } = parsed.data;
    return jsonSchema === undefined ? rest : { ...rest, jsonSchema: checkJsonSchema(jsonSchema) };
  }
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`,
  );
  throw new InferenceError('bad_request', problems.join('; '));
}
