import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { uniformAt } from '../../src/sampling/random.js';

/** Numbers from -1 to 1 that only the seed decides. */
export function weightsOf(seed: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, at) => 2 * uniformAt(seed, at) - 1);
}

/** Writes a model folder: JSON for objects, bytes as they are. */
export async function writeFolder(
  directory: string,
  files: Readonly<Record<string, Uint8Array | object>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content instanceof Uint8Array ? content : JSON.stringify(content));
  }
}

export const TINY_VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'red', 'blue', 'gr', '##een'];

const special = (id: number) => ({
  id,
  content: TINY_VOCABULARY[id],
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** BERT's tokenizer over a handful of words. */
export const tinyBertTokenizer = {
  'tokenizer.json': {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3].map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(TINY_VOCABULARY.map((token, id) => [token, id])),
    },
  },
  'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: 6 },
};
