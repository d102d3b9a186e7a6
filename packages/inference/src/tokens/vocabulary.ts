import type { ModelFolder } from '../loading/model.js';

/** What each token stands for, by id. */
export interface Vocabulary {
  /** As the tokenizer's file writes them; empty for control tokens and ids without one. */
  readonly texts: readonly string[];
  /** How bytes are written in them. */
  readonly kind: 'raw' | 'byte_fallback' | 'byte_level';
}

type TokenizerFile = ModelFolder['tokenizer'];

/** @param size how many logits the model gives */
export function vocabularyOf(tokenizer: TokenizerFile, size: number): Vocabulary {
  const texts = new Array<string>(size).fill('');
  const put = (id: unknown, text: unknown) => {
    if (typeof id === 'number' && id < size && typeof text === 'string') texts[id] = text;
  };
  const { vocab } = tokenizer.model;
  // Unigram models list pairs of text and score, the others map texts to ids.
  if (Array.isArray(vocab)) {
    for (const [id, entry] of vocab.entries()) put(id, Array.isArray(entry) ? entry[0] : undefined);
  } else if (typeof vocab === 'object' && vocab !== null) {
    for (const [text, id] of Object.entries(vocab)) put(id, text);
  }
  for (const { id } of tokenizer.added_tokens) put(id, '');
  return { texts, kind: kindOf(JSON.stringify(tokenizer.decoder ?? null)) };
}

function kindOf(decoder: string): Vocabulary['kind'] {
  if (decoder.includes('"ByteLevel"')) return 'byte_level';
  return decoder.includes('"ByteFallback"') ? 'byte_fallback' : 'raw';
}
