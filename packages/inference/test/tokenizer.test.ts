import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSpanTracker } from '../src/tokens/reasoning.js';
import { createTextStream } from '../src/tokens/text-stream.js';
import { tokenBytes } from '../src/tokens/token-bytes.js';
import { createTextTokenizer, type TextTokenizer } from '../src/tokens/tokenizer.js';
import type { Vocabulary } from '../src/tokens/vocabulary.js';
import { arithmeticFolder } from './support.js';

let tokenizer: TextTokenizer;
beforeAll(async () => {
  tokenizer = createTextTokenizer(await arithmeticFolder());
});

const vocabularyText = fc
  .array(fc.constantFrom(...'0123456789*+='), { maxLength: 40 })
  .map((characters) => characters.join(''));

describe('arithmetic tokenizer', () => {
  it('gives every text of the vocabulary back', () => {
    void fc.assert(
      fc.property(vocabularyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
        expect(tokenizer.encode(text)).toHaveLength(text.length);
      }),
    );
  });

  it('puts the prompt into the chat template, direct or opening the reasoning', () => {
    const direct = tokenizer.encodePrompt('384*57', false);
    const reasoning = tokenizer.encodePrompt('384*57', true);
    expect(direct).toEqual([1, ...tokenizer.encode('384*57=')]);
    expect(reasoning).toEqual([...direct, tokenizer.marks?.open]);
  });

  it('reads spaces, a times sign and a trailing equals sign as the plain problem', () => {
    expect(tokenizer.encodePrompt(' 384 × 57 = ', false)).toEqual(tokenizer.encodePrompt('384*57', false));
  });

  it('refuses characters outside the vocabulary, naming them', () => {
    expect(() => tokenizer.encodePrompt('what is 3*4?', false)).toThrow(
      /"w", "h", "a", "t", "i", ….*vocabulary/,
    );
  });

  it('refuses them as well where the tokenizer has no token for what it does not know', async () => {
    const files = await arithmeticFolder();
    const words = { type: 'WordLevel', vocab: { a: 0, b: 1, far: 99 }, unk_token: 'a' };
    const plain = createTextTokenizer({
      ...files,
      config: { ...files.config, vocabSize: 2 },
      tokenizer: {
        ...files.tokenizer,
        model: words,
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'WhitespaceSplit' },
      },
      tokenizerConfig: { chat_template: '{{ messages[0].content }}' },
    } as typeof files);
    expect(plain.encodeRaw('b b')).toEqual([1, 1]);
    expect(() => plain.encodeRaw('b stranger')).toThrow(/prompt:.*not in the vocabulary/);
    expect(() => plain.encode('stranger')).toThrow(/text:.*not in the vocabulary/);
    expect(() => plain.encodeRaw('b far')).toThrow(/token 99, the model has 2/);
  });

  it('says so where its template or its files do not take a text', async () => {
    const files = await arithmeticFolder();
    const choosy = createTextTokenizer({
      ...files,
      tokenizerConfig: { chat_template: "{{ raise_exception('no ' + messages[0].role) }}" },
    });
    expect(() => choosy.encodePrompt('1', false)).toThrow(/prompt: the model's chat template .*\(no user\)/);
    expect(() => choosy.encodeMessages([{ role: 'system', content: '1' }], false)).toThrow(
      /messages: .*no system/,
    );
    const broken = createTextTokenizer({
      ...files,
      tokenizer: {
        ...files.tokenizer,
        pre_tokenizer: { type: 'Split', pattern: { Regex: '1' }, behavior: 7 },
      },
    } as typeof files);
    expect(() => broken.encodeRaw('1*1')).toThrow(/tokenizer.json: it cannot be used/);
  });

  it('refuses control tokens in a prompt', () => {
    expect(() => tokenizer.encodePrompt('3*4=<think>', false)).toThrow(/control token <think>/);
  });
});

describe('bytes of a token', () => {
  it('are its text, whichever way the vocabulary writes it', () => {
    const text = (kind: Vocabulary['kind'], token: string) => tokenBytes({ kind, texts: [token] }, 0);
    expect(text('raw', 'é')).toEqual([0xc3, 0xa9]);
    expect(text('byte_fallback', '▁a')).toEqual([0x20, 0x61]);
    expect(text('byte_fallback', '<0xE2>')).toEqual([0xe2]);
    // GPT-2's spelling of a space, a line break and the two bytes of é.
    expect(text('byte_level', 'ĠaĊÃ©')).toEqual([0x20, 0x61, 0x0a, 0xc3, 0xa9]);
    expect(tokenBytes({ kind: 'raw', texts: [] }, 7)).toEqual([]);
  });

  it('of control tokens are none', () => {
    expect(tokenizer.bytesOf(2)).toEqual([]);
    expect(tokenizer.encode('3*4').flatMap((id) => tokenizer.bytesOf(id))).toEqual([0x33, 0x2a, 0x34]);
  });
});

describe('text stream', () => {
  it('joins to the text of all ids, whatever the tokenizer does at the seams', () => {
    // A decoder with bytes as tokens: characters of several bytes are incomplete until the last one.
    const decode = (ids: number[]) => new TextDecoder().decode(Uint8Array.from(ids));
    void fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const stream = createTextStream(decode);
        const pieces = [...new TextEncoder().encode(text)].map((id) => stream.push(id));
        expect(pieces.join('') + stream.flush()).toBe(text);
      }),
    );
  });

  it('joins to the text of all bytes, also those that never become a character', () => {
    // A byte each, as byte-level tokenizers decode them.
    const decode = (ids: number[]): string => Buffer.from(ids).toString();
    const character = fc.constantFrom('a', 'é', '☃', '😀').map((text) => [...Buffer.from(text)]);
    const junk = fc.array(fc.constantFrom(0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xff), { maxLength: 12 });
    void fc.assert(
      fc.property(fc.array(fc.oneof(character, junk), { maxLength: 12 }), (parts) => {
        const stream = createTextStream(decode);
        const ids = parts.flat();
        const pieces = ids.map((id) => stream.push(id));
        expect(pieces.join('') + stream.flush()).toBe(decode(ids));
      }),
    );
  });

  it('decodes no more than a few tokens again for each, whatever comes', () => {
    let decoded = 0;
    const stream = createTextStream((ids) => {
      decoded += ids.length;
      return Buffer.from(ids).toString();
    });
    for (let count = 0; count < 10_000; count++) stream.push(0x80);
    expect(stream.flush()).toBe('\ufffd'.repeat(10_000));
    expect(decoded).toBeLessThan(100_000);
  });
});

describe('span tracker', () => {
  const marks = { open: 90, close: 91 };

  it('starts inside a span that the prompt opened', () => {
    const tracker = createSpanTracker(marks, [1, 5, 90]);
    expect(tracker.take(7)).toEqual({ kind: 'reasoning', visible: true });
    expect(tracker.take(91)).toEqual({ kind: 'reasoning', visible: false });
    expect(tracker.take(7)).toEqual({ kind: 'answer', visible: true });
  });

  it('notices a span that the model opens itself, and a span of the prompt that is closed', () => {
    const tracker = createSpanTracker(marks, [90, 5, 91]);
    expect(tracker.take(7)).toEqual({ kind: 'answer', visible: true });
    expect(tracker.take(90)).toEqual({ kind: 'reasoning', visible: false });
    expect(tracker.take(7)).toEqual({ kind: 'reasoning', visible: true });
  });

  it('calls everything the answer where the model has no marks', () => {
    expect(createSpanTracker(undefined, [90]).take(90)).toEqual({ kind: 'answer', visible: true });
  });
});
