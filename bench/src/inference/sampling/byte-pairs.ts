/** Bytes as byte-level tokenizers write them: printable ones as themselves, the others by characters from U+0100 on. */
function byteTexts(): string[] {
  const isPlain = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPlain(byte) ? byte : 0x100 + others++),
  );
}

/** tokenizer.json of a byte-level BPE, as GPT-2's and Qwen's are: bytes, pairs of letters, and pairs of those, as many as there is room for. */
export function bytePairTokenizer(vocabulary: number): object {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const pairs = letters.flatMap((first) => letters.map((second): [string, string] => [first, second]));
  const texts = byteTexts();
  const merges = [...pairs];
  for (const [a, b] of pairs) {
    for (const [c, d] of pairs) {
      if (texts.length + merges.length === vocabulary) break;
      merges.push([a + b, c + d]);
    }
  }
  const tokens = [...texts, ...merges.map((parts) => parts.join(''))];
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null },
    ...{ pre_tokenizer: bytes, post_processor: null, decoder: bytes },
    model: {
      ...{ type: 'BPE', dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null },
      vocab: Object.fromEntries(tokens.map((text, id) => [text, id])),
      merges,
    },
  };
}
