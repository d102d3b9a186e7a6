import { execFile } from 'node:child_process';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TensorType } from './gguf.js';
import { llamaGguf } from './llama-gguf.js';
import { llamaGraph, NORM_EPSILON, ROPE_BASE } from './llama-graph.js';
import {
  BENCH_SHAPE,
  END_TOKEN,
  type LlamaShape,
  productParameters,
  randomWeights,
} from './llama-weights.js';

const MODEL_COMMAND = join(dirname(createRequire(import.meta.url).resolve('@inferscan/inference')), 'cli.js');

/** What the same weights are called by each engine. */
export const FORMATS = {
  fp32: { precision: 'fp32', dtype: 'fp32', gguf: 'f32' },
  q8: { precision: 'int8', dtype: 'q8', gguf: 'q8_0' },
  q4: { precision: 'int4', dtype: 'q4', gguf: 'q4_0' },
} as const;
export type Format = keyof typeof FORMATS;

/** Bits of a weight, with its share of the scales that 32 weights have. */
const WEIGHT_BITS: Readonly<Record<Format, number>> = { fp32: 32, q8: 9, q4: 5 };

/** Bytes of weights that a token needs: all matrices, but of the embeddings only a row. */
export const weightBytes = (format: Format): number =>
  (productParameters(BENCH_SHAPE) * WEIGHT_BITS[format]) / 8;

export const MODEL_NAME = 'random-llama';

/** Text of a token; a prompt is these with spaces between. */
export const wordOf = (id: number): string => `t${id}`;

/** Writes a decoder with random weights below a folder, for this engine and transformers.js, and the same weights for llama.cpp. */
export async function writeModels(folder: string): Promise<void> {
  await writeModel(folder, ['int8', 'int4']);
  // What transformers.js calls q8.
  const onnx = join(folder, MODEL_NAME, 'onnx');
  await rename(join(onnx, 'model_q8.onnx'), join(onnx, 'model_quantized.onnx'));
  for (const { gguf } of Object.values(FORMATS)) {
    await writeParts(ggufPath(folder, gguf), llamaGguf(BENCH_SHAPE, randomWeights(BENCH_SHAPE), gguf));
  }
}

/**
 * Writes MODEL_NAME below a folder in Hugging Face's layout, in fp32 and converted by this project's own command.
 * @param precisions what it is converted to
 */
export async function writeModel(folder: string, precisions: readonly ('int8' | 'int4')[]): Promise<void> {
  const [shape, weights] = [BENCH_SHAPE, randomWeights(BENCH_SHAPE)];
  const model = join(folder, MODEL_NAME);
  await mkdir(join(model, 'onnx'), { recursive: true });
  for (const [name, content] of Object.entries(descriptionFiles(shape))) {
    await writeFile(join(model, name), JSON.stringify(content));
  }
  await writeFile(join(model, 'onnx', 'model.onnx'), llamaGraph(shape, weights));
  for (const precision of precisions) {
    await promisify(execFile)(process.execPath, [MODEL_COMMAND, 'convert', model, '--to', precision]);
  }
}

export const ggufPath = (folder: string, type: TensorType): string => join(folder, `${type}.gguf`);

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const part of parts) await file.writeFile(part);
  } finally {
    await file.close();
  }
}

function descriptionFiles(shape: LlamaShape): Readonly<Record<string, object>> {
  const words = Object.fromEntries(Array.from({ length: shape.vocabulary }, (_, id) => [wordOf(id), id]));
  const ends = { bos_token_id: 1, eos_token_id: END_TOKEN, pad_token_id: 0 };
  return {
    'config.json': {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      hidden_size: shape.hidden,
      intermediate_size: shape.inner,
      num_hidden_layers: shape.layers,
      num_attention_heads: shape.heads,
      num_key_value_heads: shape.kvHeads,
      head_dim: shape.headDim,
      vocab_size: shape.vocabulary,
      max_position_embeddings: shape.context,
      rms_norm_eps: NORM_EPSILON,
      rope_theta: ROPE_BASE,
      ...ends,
    },
    'generation_config.json': ends,
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: { type: 'WordLevel', vocab: words, unk_token: wordOf(0) },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: shape.context,
      chat_template: '{{ messages[0].content }}',
    },
  };
}
