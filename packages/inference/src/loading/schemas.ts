import { z } from 'zod';

const size = z.int().min(1).max(1_000_000_000);
const tokenId = z.int().min(0);
const tokenIds = z.union([tokenId, z.array(tokenId).min(1)]).transform((ids) => [ids].flat());

/** What tells the task of a model in its config.json. */
export const architecturesSchema = z.looseObject({ architectures: z.array(z.string()).default([]) });

/** config.json of a Llama decoder, the parts that generation needs. */
export const modelConfigSchema = z
  .object({
    model_type: z.literal('llama'),
    hidden_size: size,
    intermediate_size: size,
    num_hidden_layers: size.max(1000),
    num_attention_heads: size.max(10_000),
    num_key_value_heads: size.max(10_000).optional(),
    head_dim: size.optional(),
    vocab_size: size,
    max_position_embeddings: size,
    tie_word_embeddings: z.boolean().default(false),
    eos_token_id: tokenIds.optional(),
  })
  .transform((c) => ({
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads: c.num_key_value_heads ?? c.num_attention_heads,
    headDim: c.head_dim ?? Math.floor(c.hidden_size / c.num_attention_heads),
    vocabSize: c.vocab_size,
    contextTokens: c.max_position_embeddings,
    tiedEmbeddings: c.tie_word_embeddings,
    eosTokenIds: c.eos_token_id,
  }));

export type ModelConfig = z.output<typeof modelConfigSchema>;

export const generationConfigSchema = z.object({ eos_token_id: tokenIds.optional() });

/** tokenizer.json is checked by the tokenizer library; here only what this package reads itself. */
export const tokenizerSchema = z.looseObject({
  model: z.looseObject({}),
  added_tokens: z.array(z.looseObject({ id: tokenId, content: z.string().min(1) })).default([]),
});

const specialToken = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform((token) => token.content)])
  .nullish();

export const tokenizerConfigSchema = z.looseObject({
  bos_token: specialToken,
  eos_token: specialToken,
  unk_token: specialToken,
  chat_template: z.string(),
});

/** Weights of a Llama decoder without biases, counted from its shape. */
export function parameterCount(c: ModelConfig): number {
  const attention = c.hiddenSize * c.headDim * (2 * c.heads + 2 * c.kvHeads);
  const mlp = 3 * c.hiddenSize * c.intermediateSize;
  const norms = 2 * c.hiddenSize;
  const embeddings = c.vocabSize * c.hiddenSize * (c.tiedEmbeddings ? 1 : 2);
  return c.layers * (attention + mlp + norms) + embeddings + c.hiddenSize;
}
