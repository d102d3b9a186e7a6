import { type DecoderKind, TINY } from './tiny-decoder.js';

export interface Family {
  /** The model's folder. */
  readonly name: string;
  readonly config: object;
  readonly kind: DecoderKind;
}

const sizes = {
  hidden_size: TINY.hidden,
  intermediate_size: TINY.inner,
  num_hidden_layers: TINY.layers,
  num_attention_heads: TINY.heads,
  num_key_value_heads: TINY.kvHeads,
  head_dim: TINY.headDim,
  vocab_size: TINY.vocabulary,
  max_position_embeddings: TINY.context,
};

const family = (
  modelType: string,
  architecture: string,
  kind: DecoderKind,
  config: object = sizes,
  name = modelType,
): Family => ({
  name,
  config: { model_type: modelType, architectures: [architecture], ...config },
  kind,
});

/** A family whose layers look through windows, each layer through its own; null: at everything. */
function windowed(modelType: string, architecture: string, kind: Omit<DecoderKind, 'attention'>): Family {
  const name = `${modelType}_windows`;
  return family(modelType, architecture, { attention: 'grouped', ...kind }, sizes, name);
}

/** Decoders by their usual exports. Hidden size and heads differ on purpose: 32 and 4 · 16. */
export const FAMILIES: readonly Family[] = [
  family('llama', 'LlamaForCausalLM', { attention: 'grouped' }),
  family('mistral', 'MistralForCausalLM', { attention: 'concat' }),
  family('qwen2', 'Qwen2ForCausalLM', { attention: 'grouped', bias: true }),
  family('qwen3', 'Qwen3ForCausalLM', { attention: 'grouped', qkNorm: true }),
  family('phi3', 'Phi3ForCausalLM', { attention: 'grouped', packed: true }),
  family('gemma2', 'Gemma2ForCausalLM', { attention: 'concat', activation: 'gelu', gemma: true, cap: 30 }),
  family('gemma3_text', 'Gemma3ForCausalLM', {
    attention: 'concat',
    activation: 'gelu',
    gemma: true,
    qkNorm: true,
  }),
  windowed('mistral', 'MistralForCausalLM', { windows: [40, 40] }),
  windowed('gemma2', 'Gemma2ForCausalLM', {
    activation: 'gelu',
    gemma: true,
    cap: 30,
    scoreCap: 50,
    windows: [24, null],
  }),
  windowed('gemma3_text', 'Gemma3ForCausalLM', {
    activation: 'gelu',
    gemma: true,
    qkNorm: true,
    windows: [16, null],
  }),
  family(
    'gpt2',
    'GPT2LMHeadModel',
    {
      attention: 'concat',
      kvHeads: TINY.heads,
      norm: 'layer',
      positions: 'learned',
      bias: true,
      activation: 'plain gelu',
    },
    {
      // Its heads are the hidden size's shares.
      n_embd: TINY.heads * TINY.headDim,
      n_inner: TINY.inner,
      n_layer: TINY.layers,
      n_head: TINY.heads,
      n_positions: TINY.context,
      vocab_size: TINY.vocabulary,
    },
  ),
];
