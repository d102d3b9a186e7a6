import type { Vocabulary } from '../tokens/vocabulary.js';

/** A vocabulary in memory that threads share: to copy 150,000 texts for each of them would hold up the one that copies. */
export function shareVocabulary(vocabulary: Vocabulary): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(vocabulary));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

export function readSharedVocabulary(shared: SharedArrayBuffer): Vocabulary {
  return JSON.parse(Buffer.from(shared).toString()) as Vocabulary;
}
