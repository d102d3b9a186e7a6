import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../../src/contract.js';
import { modelConfigSchema } from '../../src/loading/schemas.js';
import { TINY, tinyDecoder } from '../graphs/tiny-decoder.js';
import { ARITHMETIC_DIR, engineWithThreads } from '../support.js';
import { writeFolder } from '../tasks/tiny-models.js';

const sizes = {
  hidden_size: TINY.hiddenSize,
  intermediate_size: TINY.intermediateSize,
  num_hidden_layers: TINY.layers,
  num_attention_heads: TINY.heads,
  num_key_value_heads: TINY.kvHeads,
  head_dim: TINY.headDim,
  vocab_size: 19,
  max_position_embeddings: TINY.contextTokens,
  eos_token_id: [2, 0],
};
const gpt2 = {
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  n_embd: TINY.hiddenSize,
  n_layer: TINY.layers,
  n_head: TINY.heads,
  n_positions: TINY.contextTokens,
  vocab_size: 19,
  eos_token_id: 2,
};
const FAMILIES = {
  llama: { ...sizes, architectures: ['LlamaForCausalLM'], model_type: 'llama' },
  mistral: { ...sizes, architectures: ['MistralForCausalLM'], model_type: 'mistral', sliding_window: null },
  qwen2: { ...sizes, architectures: ['Qwen2ForCausalLM'], model_type: 'qwen2', head_dim: undefined },
  qwen3: { ...sizes, architectures: ['Qwen3ForCausalLM'], model_type: 'qwen3' },
  phi3: { ...sizes, architectures: ['Phi3ForCausalLM'], model_type: 'phi3', num_key_value_heads: null },
  gemma2: { ...sizes, architectures: ['Gemma2ForCausalLM'], model_type: 'gemma2' },
  gemma3: { ...sizes, architectures: ['Gemma3ForCausalLM'], model_type: 'gemma3_text' },
  gpt2,
};

let folder: string;
let engine: InferenceEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-families-'));
  const tokenizer = await readFile(join(ARITHMETIC_DIR, 'tokenizer.json'));
  const tokenizerConfig = await readFile(join(ARITHMETIC_DIR, 'tokenizer_config.json'));
  for (const [name, config] of Object.entries(FAMILIES)) {
    await writeFolder(join(folder, name), {
      'config.json': config,
      'tokenizer.json': tokenizer,
      'tokenizer_config.json': tokenizerConfig,
      'onnx/model.onnx': tinyDecoder({}, { ...TINY, vocabSize: 19 }),
    });
  }
  engine = (await engineWithThreads({ modelsDir: folder })).engine;
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('configs of other families', () => {
  it.each(Object.keys(FAMILIES))('%s: generates from the same graph what the others do', async (model) => {
    const request = { prompt: '12*3', maxTokens: 12, temperature: 3, seed: 2 };
    const found = await engine.generate({ ...request, model });
    const llama = await engine.generate({ ...request, model: 'llama' });
    expect(found.tokenIds.length).toBeGreaterThan(0);
    expect(found.tokenIds).toEqual(llama.tokenIds);
    const info = engine.models().find(({ name }) => name === model);
    expect(info).toMatchObject({ task: 'text-generation', contextTokens: TINY.contextTokens });
  });

  it('say how many heads have keys and values, and how wide they are', () => {
    const read = (config: object) => modelConfigSchema.parse(config);
    expect(read({ ...FAMILIES.qwen3, num_attention_heads: 8, head_dim: 128 })).toMatchObject({
      kvHeads: 2,
      headDim: 128,
    });
    expect(read({ ...FAMILIES.phi3, num_attention_heads: 4 })).toMatchObject({ kvHeads: 4, headDim: 8 });
    expect(read({ ...FAMILIES.qwen2, num_attention_heads: 4 })).toMatchObject({ kvHeads: 2, headDim: 4 });
    expect(read(gpt2)).toMatchObject({ layers: 2, kvHeads: 2, headDim: 8, intermediateSize: 64 });
  });

  it.each([
    [{ ...FAMILIES.qwen3, head_dim: undefined }, ['head_dim']],
    [{ ...FAMILIES.gemma2, num_key_value_heads: undefined }, ['num_key_value_heads']],
    [{ ...FAMILIES.mistral, num_key_value_heads: null }, ['num_key_value_heads']],
    [{ ...gpt2, n_positions: undefined, n_head: 0 }, ['n_head', 'n_positions']],
    [{ ...FAMILIES.llama, model_type: 'mamba' }, ['model_type']],
    [{ ...FAMILIES.llama, model_type: undefined }, ['model_type']],
  ])('are refused by the field that is missing or wrong: %#', (config, fields) => {
    const parsed = modelConfigSchema.safeParse(config);
    expect(parsed.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual(fields);
  });
});
