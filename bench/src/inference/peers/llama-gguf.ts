import { q4Blocks, q8Blocks } from './ggml-blocks.js';
import { type GgufTensor, type GgufValue, ggufFile, type TensorType } from './gguf.js';
import { NORM_EPSILON, ROPE_BASE } from './llama-graph.js';
import {
  END_TOKEN,
  LAYER_MATRICES,
  type LlamaShape,
  type LlamaWeights,
  type Matrix,
} from './llama-weights.js';

const NAMES = {
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  o: 'attn_output',
  gate: 'ffn_gate',
  up: 'ffn_up',
  down: 'ffn_down',
} as const;
/** Numbers of file types and of token types in llama.cpp. */
const FILE_TYPE = { f32: 0, q4_0: 2, q8_0: 7 } as const;
const TOKEN = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** The decoder of llama-graph.ts for llama.cpp: matrices in that type, embeddings and norms in single precision. */
export function llamaGguf(shape: LlamaShape, weights: LlamaWeights, type: TensorType): Uint8Array[] {
  const { layers, hidden, heads, kvHeads, headDim, vocabulary } = shape;
  const floats = (name: string, sides: readonly number[], values: Float32Array): GgufTensor => ({
    name: `${name}.weight`,
    sides,
    type: 'f32',
    bytes: bytesOf(values),
  });
  const product = (name: string, { inputs, outputs, values }: Matrix): GgufTensor => ({
    name: `${name}.weight`,
    sides: [inputs, outputs],
    type,
    bytes: ENCODE[type](transposed(values, inputs, outputs)),
  });
  const ones = new Float32Array(hidden).fill(1);
  const tensors = [
    floats('token_embd', [hidden, vocabulary], weights.embedding()),
    floats('output_norm', [hidden], ones),
    product('output', weights.head()),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string) => `blk.${layer}.${part}`;
    tensors.push(floats(name('attn_norm'), [hidden], ones), floats(name('ffn_norm'), [hidden], ones));
    for (const part of LAYER_MATRICES) {
      const matrix = weights.matrix(layer, part);
      const turned = part === 'q' || part === 'k';
      const count = part === 'q' ? heads : kvHeads;
      tensors.push(product(name(NAMES[part]), turned ? inPairs(matrix, count, headDim) : matrix));
    }
  }
  return ggufFile(descriptionOf(shape, type), tensors);
}

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const ENCODE = { f32: bytesOf, q4_0: q4Blocks, q8_0: q8Blocks };

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return result;
}

/** llama.cpp turns dimensions next to each other by positions; Hugging Face's models turn those half a head apart. */
function inPairs({ inputs, outputs, values }: Matrix, heads: number, headDim: number): Matrix {
  const half = headDim / 2;
  const result = new Float32Array(values.length);
  for (let row = 0; row < inputs; row++) {
    for (let head = 0; head < heads; head++) {
      const start = row * outputs + head * headDim;
      for (let at = 0; at < half; at++) {
        result[start + 2 * at] = values[start + at] ?? 0;
        result[start + 2 * at + 1] = values[start + half + at] ?? 0;
      }
    }
  }
  return { inputs, outputs, values: result };
}

function descriptionOf(shape: LlamaShape, type: TensorType): Record<string, GgufValue> {
  const count = (value: number): GgufValue => ({ kind: 'uint32', value });
  const real = (value: number): GgufValue => ({ kind: 'float32', value });
  const text = (value: string): GgufValue => ({ kind: 'string', value });
  const ids = Array.from({ length: shape.vocabulary }, (_, id) => id);
  const byte = (id: number) => (id - 3).toString(16).toUpperCase().padStart(2, '0');
  const isByte = (id: number) => id >= 3 && id < 3 + 256;
  const special = ['<unk>', '<s>', '</s>'];
  return {
    'general.architecture': text('llama'),
    'general.name': text('random'),
    'general.file_type': count(FILE_TYPE[type]),
    'llama.block_count': count(shape.layers),
    'llama.context_length': count(shape.context),
    'llama.embedding_length': count(shape.hidden),
    'llama.feed_forward_length': count(shape.inner),
    'llama.attention.head_count': count(shape.heads),
    'llama.attention.head_count_kv': count(shape.kvHeads),
    'llama.attention.layer_norm_rms_epsilon': real(NORM_EPSILON),
    'llama.rope.dimension_count': count(shape.headDim),
    'llama.rope.freq_base': real(ROPE_BASE),
    'llama.vocab_size': count(shape.vocabulary),
    'tokenizer.ggml.model': text('llama'),
    'tokenizer.ggml.tokens': {
      kind: 'array',
      of: 'string',
      values: ids.map((id) => special[id] ?? (isByte(id) ? `<0x${byte(id)}>` : `t${id}`)),
    },
    'tokenizer.ggml.scores': { kind: 'array', of: 'float32', values: ids.map((id) => -id) },
    'tokenizer.ggml.token_type': {
      kind: 'array',
      of: 'int32',
      values: ids.map((id) =>
        id === 0 ? TOKEN.unknown : id < 3 ? TOKEN.control : isByte(id) ? TOKEN.byte : TOKEN.normal,
      ),
    },
    'tokenizer.ggml.bos_token_id': count(1),
    'tokenizer.ggml.eos_token_id': count(END_TOKEN),
    'tokenizer.ggml.unknown_token_id': count(0),
    'tokenizer.ggml.add_bos_token': { kind: 'bool', value: false },
  };
}
