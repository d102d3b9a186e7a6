import { z } from 'zod';

const size = z.int().min(1).max(1_000_000_000);
const tokenId = z.int().min(0);
const tokenIds = z.union([tokenId, z.array(tokenId).min(1)]).transform((ids) => [ids].flat());

/** What tells the task of a model in its config.json. */
export const architecturesSchema = z.looseObject({ architectures: z.array(z.string()).default([]) });

const heads = size.max(10_000);
/** Far more than any model has: there is a text in memory for each. */
const vocabulary = size.max(2 ** 24);

/** What decoders of the families that follow Llama's config say of themselves, the parts that generation needs. */
const shared = {
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size.max(1000),
  num_attention_heads: heads,
  vocab_size: vocabulary,
  max_position_embeddings: size,
  tie_word_embeddings: z.boolean().default(false),
  eos_token_id: tokenIds.nullish(),
};

/** Where it is left out, every head has keys and values of its own, of the hidden size's share. */
const ownHeads = { ...shared, num_key_value_heads: heads.nullish(), head_dim: size.nullish() };
const fewerHeads = { ...shared, num_key_value_heads: heads, head_dim: size.nullish() };
const wideHeads = { ...shared, num_key_value_heads: heads, head_dim: size };

const llamaLike = z.discriminatedUnion('model_type', [
  z.object({ model_type: z.enum(['llama', 'phi3']), ...ownHeads }),
  z.object({ model_type: z.enum(['mistral', 'qwen2']), ...fewerHeads }),
  z.object({ model_type: z.enum(['qwen3', 'gemma2', 'gemma3_text']), ...wideHeads }),
]);

const gpt2 = z.object({
  model_type: z.literal('gpt2'),
  n_embd: size,
  n_inner: size.nullish(),
  n_layer: size.max(1000),
  n_head: heads,
  n_positions: size,
  vocab_size: vocabulary,
  eos_token_id: tokenIds.nullish(),
});

const FAMILIES = [...llamaLike.options, gpt2].flatMap(({ shape }) =>
  'options' in shape.model_type ? shape.model_type.options : [...shape.model_type.values],
);

/** config.json of a decoder, the parts that generation needs. */
export const modelConfigSchema = z
  .discriminatedUnion('model_type', [llamaLike, gpt2], {
    error: `expected one of ${FAMILIES.map((family) => `"${family}"`).join(', ')}`,
  })
  .transform((c) =>
    c.model_type === 'gpt2'
      ? {
          family: c.model_type,
          hiddenSize: c.n_embd,
          intermediateSize: c.n_inner ?? 4 * c.n_embd,
          layers: c.n_layer,
          heads: c.n_head,
          kvHeads: c.n_head,
          headDim: Math.floor(c.n_embd / c.n_head),
          vocabSize: c.vocab_size,
          contextTokens: c.n_positions,
          tiedEmbeddings: true,
          eosTokenIds: c.eos_token_id ?? undefined,
        }
      : {
          family: c.model_type,
          hiddenSize: c.hidden_size,
          intermediateSize: c.intermediate_size,
          layers: c.num_hidden_layers,
          heads: c.num_attention_heads,
          kvHeads: c.num_key_value_heads ?? c.num_attention_heads,
          headDim: c.head_dim ?? Math.floor(c.hidden_size / c.num_attention_heads),
          vocabSize: c.vocab_size,
          contextTokens: c.max_position_embeddings,
          tiedEmbeddings: c.tie_word_embeddings,
          eosTokenIds: c.eos_token_id ?? undefined,
        },
  );

export type ModelConfig = Omit<z.output<typeof modelConfigSchema>, 'family'>;

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

/** Weights of a decoder, counted from its shape; undefined for families with other weights than Llama's. */
export function parameterCount(c: z.output<typeof modelConfigSchema>): number | undefined {
  if (c.family !== 'llama' && c.family !== 'mistral') return undefined;
  const attention = c.hiddenSize * c.headDim * (2 * c.heads + 2 * c.kvHeads);
  const mlp = 3 * c.hiddenSize * c.intermediateSize;
  const norms = 2 * c.hiddenSize;
  const embeddings = c.vocabSize * c.hiddenSize * (c.tiedEmbeddings ? 1 : 2);
  return c.layers * (attention + mlp + norms) + embeddings + c.hiddenSize;
}
