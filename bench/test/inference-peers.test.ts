import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { q4Blocks, q8Blocks } from '../src/inference/peers/ggml-blocks.js';
import { ggufFile } from '../src/inference/peers/gguf.js';
import { llamaGguf } from '../src/inference/peers/llama-gguf.js';
import { LAYER_MATRICES, type LlamaShape, randomWeights } from '../src/inference/peers/llama-weights.js';
import { startPeerProcess } from '../src/inference/peers/peer-process.js';
import { decodeRate, firstTokenMs } from '../src/inference/peers/trace.js';

const SHAPE: LlamaShape = {
  layers: 2,
  hidden: 64,
  heads: 2,
  kvHeads: 1,
  headDim: 32,
  inner: 96,
  vocabulary: 320,
  context: 64,
};

test('tokens count from when all rows generate until the first of them is done', () => {
  const rows = [
    { ids: [], times: [10, 20, 30, 40], processorTimes: [1, 2, 3, 4] },
    { ids: [], times: [20, 30, 40, 50], processorTimes: [2, 3, 4, 5] },
  ];
  // Two of the first and two of the second row within 20 ms, which took 2 ms of the processor.
  expect(decodeRate(rows)).toEqual({ perSecond: 200, perProcessorSecond: 2000 });
  expect(firstTokenMs(rows)).toBe(10);
  expect(() => decodeRate([{ ids: [], times: [10], processorTimes: [1] }])).toThrow(RangeError);
});

const readHalf = (view: DataView, at: number): number => {
  const bits = view.getUint16(at, true);
  const sign = bits & 0x8000 ? -1 : 1;
  return sign * (1 + (bits & 0x3ff) / 1024) * 2 ** (((bits >> 10) & 31) - 15);
};

test('blocks of llama.cpp stand for what they were made from', () => {
  const values = randomWeights(SHAPE).matrix(0, 'q').values.subarray(0, 64);
  const eight = q8Blocks(values);
  const four = q4Blocks(values);
  expect([eight.length, four.length]).toEqual([68, 36]);
  const [v8, v4] = [new DataView(eight.buffer), new DataView(four.buffer)];
  values.forEach((value, at) => {
    const [block, place] = [Math.floor(at / 32), at % 32];
    const s8 = readHalf(v8, block * 34);
    expect(Math.abs(v8.getInt8(block * 34 + 2 + place) * s8 - value)).toBeLessThan(0.51 * s8);
    const s4 = readHalf(v4, block * 18);
    const byte = four[block * 18 + 2 + (place % 16)] ?? 0;
    const code = place < 16 ? byte & 15 : byte >> 4;
    // The end without a code of its own may be one step off.
    expect(Math.abs((code - 8) * s4 - value)).toBeLessThan(1.01 * Math.abs(s4));
  });
});

test('a file for llama.cpp has each weight where it says', () => {
  const parts = ggufFile({ 'a.name': { kind: 'string', value: 'x' } }, [
    { name: 'one', sides: [3], type: 'f32', bytes: new Uint8Array(12).fill(1) },
    { name: 'two', sides: [2], type: 'f32', bytes: new Uint8Array(8).fill(2) },
  ]);
  const file = Buffer.concat(parts);
  expect(file.subarray(0, 4).toString()).toBe('GGUF');
  expect(file.length % 32).toBe(0);
  const data = file.length - 64;
  expect(data % 32).toBe(0);
  // The second begins at the next multiple of 32.
  const two = file.indexOf('two');
  expect(file.readBigUInt64LE(two + 3 + 4 + 8 + 4)).toBe(32n);
  expect([...file.subarray(data, data + 12)]).toEqual(new Array(12).fill(1));
  expect([...file.subarray(data + 32, data + 40)]).toEqual(new Array(8).fill(2));
});

test('the same seed gives the same weights, and no token ends the text', () => {
  const [first, again] = [randomWeights(SHAPE), randomWeights(SHAPE)];
  expect(first.head()).toEqual(again.head());
  const { values, outputs } = first.head();
  expect(values.filter((_, at) => at % outputs === 2).every((value) => value === 0)).toBe(true);
  const names = LAYER_MATRICES.map((name) => first.matrix(1, name).values);
  const spread = names.map((all) =>
    Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length),
  );
  spread.forEach((deviation, at) => {
    expect(deviation).toBeCloseTo(1 / Math.sqrt(first.matrix(1, LAYER_MATRICES[at] ?? 'q').inputs), 2);
  });
  expect(Buffer.concat(llamaGguf(SHAPE, first, 'q4_0')).length).toBeGreaterThan(10_000);
});

test('a peer that ends or fails is an error of the question', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inferscan-peer-test-'));
  try {
    const script = `process.send({ id: 0, answer: null });
      process.on('message', ({ id, say }) => {
        if (say === 'die') process.exit(3);
        process.send(say === 'fail' ? { id, error: 'no' } : { id, answer: say + process.argv[2] });
      });`;
    await writeFile(join(folder, 'peer.mjs'), script);
    await writeFile(join(folder, 'broken.mjs'), 'process.exit(1)');
    const peer = await startPeerProcess(folder, 'peer.mjs', { a: 1 });
    expect(await peer.ask({ say: 'hello' })).toBe('hello{"a":1}');
    await expect(peer.ask({ say: 'fail' })).rejects.toThrow('peer.mjs: no');
    await expect(peer.ask({ say: 'die' })).rejects.toThrow('peer.mjs ended (exit code 3)');
    await expect(peer.ask({ say: 'hello' })).rejects.toThrow('peer.mjs has ended');
    await peer.close();
    await expect(startPeerProcess(folder, 'broken.mjs', {})).rejects.toThrow(
      'broken.mjs ended (exit code 1)',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
