import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelFolder, readModelFolder } from '../src/loading/model.js';
import { shareJson } from '../src/thread/shared-json.js';
import { createEncoder, type Encoder, isLong } from '../src/tokens/encoder.js';
import { createTextTokenizer } from '../src/tokens/tokenizer.js';
import { ARITHMETIC_DIR } from './support.js';

const THREAD = new URL('../dist/tokens/encode-thread.js', import.meta.url);
const LONG = '12*34'.repeat(1000);

describe('tokens of long prompts', () => {
  let folder: ModelFolder;
  let files: SharedArrayBuffer;
  let workers: Worker[];
  let encoder: Encoder;
  const { signal } = new AbortController();
  beforeEach(async () => {
    folder = await readModelFolder(ARITHMETIC_DIR, 'arithmetic');
    const { tokenizer, tokenizerConfig, config } = folder;
    files = shareJson({ tokenizer, tokenizerConfig, config });
    workers = [];
    encoder = createEncoder(() => {
      const worker = new Worker(THREAD);
      workers.push(worker);
      return worker;
    });
  });
  afterEach(() => encoder.close());
  const asked = (more: object) => ({ raw: false, reasoning: true, ...more });

  it('are those that the tokenizer makes', async () => {
    const here = createTextTokenizer(folder);
    const messages = [{ role: 'user' as const, content: LONG }];
    const both = [
      [asked({ prompt: LONG }), here.encodePrompt(LONG, true)],
      [asked({ prompt: LONG, raw: true }), here.encodeRaw(LONG)],
      [asked({ messages, reasoning: false }), here.encodeMessages(messages, false)],
    ] as const;
    for (const [prompt, promptIds] of both)
      expect(await encoder.encode('arithmetic', files, prompt, signal)).toEqual({
        promptIds,
        predictionIds: [],
      });
    // What the vocabulary lacks is no matter of a prediction.
    const foretold = asked({ prompt: '1*2', prediction: `${LONG}?` });
    expect(await encoder.encode('arithmetic', files, foretold, signal)).toEqual({
      promptIds: here.encodePrompt('1*2', true),
      predictionIds: here.encode(LONG),
    });
    expect(workers.length).toBe(1);
  });

  it('are made for prompts of more than 4,000 characters, messages together', () => {
    expect(isLong(asked({ prompt: 'x'.repeat(4000) }))).toBe(false);
    expect(isLong(asked({ prompt: 'x'.repeat(4001) }))).toBe(true);
    const messages = ['x'.repeat(3000), 'x'.repeat(1001)].map((content) => ({
      role: 'user' as const,
      content,
    }));
    expect(isLong(asked({ messages }))).toBe(true);
    expect(isLong(asked({ prompt: 'x'.repeat(2000), prediction: 'y'.repeat(2001) }))).toBe(true);
  });

  it('are refused as they are here', async () => {
    await expect(
      encoder.encode('arithmetic', files, asked({ prompt: `${LONG}?` }), signal),
    ).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('vocabulary'),
    });
  });

  it('are not waited for when the request is cancelled', async () => {
    const stop = new AbortController();
    const tokens = encoder.encode('arithmetic', files, asked({ prompt: LONG }), stop.signal);
    stop.abort(new Error('enough'));
    await expect(tokens).rejects.toThrow('enough');
  });

  it('are made by another thread when one is lost', async () => {
    const lost = encoder.encode('arithmetic', files, asked({ prompt: LONG }), signal);
    await workers[0]?.terminate();
    await expect(lost).rejects.toThrow('tokens could not be made');
    expect(await encoder.encode('arithmetic', files, asked({ prompt: LONG }), signal)).not.toEqual([]);
    expect(workers.length).toBe(2);
  });
});
