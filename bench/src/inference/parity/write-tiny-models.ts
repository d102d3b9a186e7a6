import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FAMILIES, type Family } from './families.js';
import { TINY, tinyDecoder } from './tiny-decoder.js';
import { IMAGE, tinyBert, tinyVit } from './tiny-encoders.js';

export const wordOf = (id: number): string => `t${id}`;

/** Writes all models of the comparison below a folder, in Hugging Face's layout. */
export async function writeTinyModels(folder: string): Promise<void> {
  for (const { name, config, kind } of FAMILIES) {
    await writeModel(join(folder, name), config, tinyDecoder(kind), tokenizer('PreTrainedTokenizerFast'));
  }
  await writeModel(join(folder, 'bert'), bert, tinyBert(), tokenizer('PreTrainedTokenizerFast'));
  await writeModel(join(folder, 'vit'), vit, tinyVit(), { 'preprocessor_config.json': preprocessor });
}

/** Writes a decoder of a family below a folder, with so many tokens and a tokenizer for them. */
export async function writeDecoder(
  folder: string,
  { name, config, kind }: Family,
  vocabulary: number,
  tokenizerFile: object,
): Promise<void> {
  const files = { ...tokenizer('PreTrainedTokenizerFast'), 'tokenizer.json': tokenizerFile };
  const sized = { ...config, vocab_size: vocabulary };
  await writeModel(join(folder, name), sized, tinyDecoder({ ...kind, vocabulary }), files);
}

async function writeModel(
  directory: string,
  config: object,
  graph: Uint8Array,
  others: Readonly<Record<string, object>>,
): Promise<void> {
  const files = { 'config.json': config, ...others };
  const texts = Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)] as const);
  for (const [name, content] of [...texts, ['onnx/model.onnx', graph] as const]) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

/** A word for each token, and nothing else. */
function tokenizer(kind: string): Readonly<Record<string, object>> {
  const words = Array.from({ length: TINY.vocabulary }, (_, id) => [wordOf(id), id]);
  return {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: { type: 'WordLevel', vocab: Object.fromEntries(words), unk_token: wordOf(0) },
    },
    'tokenizer_config.json': {
      tokenizer_class: kind,
      model_max_length: TINY.context,
      chat_template: '{{ messages[0].content }}',
    },
  };
}

const bert = {
  architectures: ['BertModel'],
  model_type: 'bert',
  hidden_size: TINY.hidden,
  max_position_embeddings: TINY.context,
};

const vit = {
  architectures: ['ViTForImageClassification'],
  model_type: 'vit',
  num_channels: 3,
  image_size: IMAGE.side,
  id2label: Object.fromEntries(Array.from({ length: IMAGE.classes }, (_, id) => [id, `class ${id}`])),
};

const preprocessor = {
  image_processor_type: 'ViTImageProcessor',
  do_resize: true,
  do_rescale: true,
  do_normalize: true,
  rescale_factor: 1 / 255,
  size: { height: IMAGE.side, width: IMAGE.side },
  resample: 2,
  image_mean: [0.5, 0.4, 0.3],
  image_std: [0.5, 0.25, 0.2],
};
