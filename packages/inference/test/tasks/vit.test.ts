import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../../src/contract.js';
import { OnnxGraph } from '../../src/testing/onnx-graph.js';
import { engineWithThreads } from '../support.js';
import { failureOf } from './support.js';
import { weightsOf, writeFolder } from './tiny-models.js';

const SIDE = 4;
const PATCH = weightsOf(4, 2 * 3 * 2 * 2);
const HEAD = weightsOf(5, 2 * 3);
/** The same head in bytes around 128, a step of 1/64 each. */
const QUANTIZED = Uint8Array.from(HEAD, (value) => Math.round(value * 64) + 128);

/** Patches of 2 by 2, their mean, and a head: the frame of ViT without its layers. */
function vit(head: (g: OnnxGraph) => string): Uint8Array {
  const g = new OnnxGraph();
  g.input('pixel_values', 'float', ['batch_size', 3, SIDE, SIDE]);
  g.output('logits', ['batch_size', 3]);
  const patches = g.op('Conv', ['pixel_values', g.floats([2, 3, 2, 2], PATCH)], { strides: [2, 2] });
  const mean = g.op('ReduceMean', [patches], { axes: [2, 3], keepdims: 0 });
  g.op('MatMul', [mean, head(g)], {}, 'logits');
  return g.file();
}

const files = {
  'config.json': {
    architectures: ['ViTForImageClassification'],
    model_type: 'vit',
    num_channels: 3,
    id2label: { 0: 'dusk', 1: 'noon', 2: 'night' },
  },
  'preprocessor_config.json': {
    do_resize: true,
    size: { height: SIDE, width: SIDE },
    resample: 2,
    image_mean: [0.5, 0.4, 0.3],
    image_std: [0.5, 0.25, 0.2],
  },
  'onnx/model.onnx': vit((g) => g.inFile([2, 3], 'model.onnx_data')),
  'onnx/model.onnx_data': new Uint8Array(HEAD.buffer),
  'onnx/model_quantized.onnx': vit((g) =>
    g.op('DequantizeLinear', [
      g.bytes([2, 3], QUANTIZED),
      g.floats([], Float32Array.of(1 / 64)),
      g.bytes([], Uint8Array.of(128)),
    ]),
  ),
};

const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => (at * 83) % 256);

/** The logits by hand. */
function expectedLogits(head: ArrayLike<number>): number[] {
  const { image_mean: mean, image_std: deviation } = files['preprocessor_config.json'];
  const features = [0, 1].map((feature) => {
    let sum = 0;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        for (let channel = 0; channel < 3; channel++) {
          const value = (pixels[(y * SIDE + x) * 3 + channel] ?? 0) / 255;
          const normal = (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
          sum += normal * (PATCH[((feature * 3 + channel) * 2 + (y % 2)) * 2 + (x % 2)] ?? 0);
        }
      }
    }
    return sum / 4;
  });
  return [0, 1, 2].map((label) =>
    features.reduce((sum, value, feature) => sum + value * (head[feature * 3 + label] ?? 0), 0),
  );
}

let folder: string;
let engine: InferenceEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-vit-'));
  await writeFolder(join(folder, 'vit'), files);
  engine = (await engineWithThreads({ modelsDir: folder })).engine;
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const classify = (precision?: 'fp32' | 'int8' | 'int4') =>
  engine.run({
    task: 'image-classification',
    model: 'vit',
    inputs: { images: [{ width: SIDE, height: SIDE, channels: 3, pixels }] },
    precision,
  });

const close = (found: readonly number[] | undefined, expected: readonly number[], digits: number) => {
  expected.forEach((value, at) => {
    expect(found?.[at]).toBeCloseTo(value, digits);
  });
};

describe('a ViT in two precisions', () => {
  it('runs with its weights in another file, in the precision asked for, and says which', async () => {
    const [info] = engine.models();
    expect(info).toMatchObject({
      task: 'image-classification',
      precision: 'fp32',
      precisions: ['fp32', 'int8'],
    });
    const [full, small, unsaid] = [await classify('fp32'), await classify('int8'), await classify()];
    close(full.output.images[0]?.logits, expectedLogits(HEAD), 5);
    // The runtime may multiply bytes with bytes.
    close(
      small.output.images[0]?.logits,
      expectedLogits(Float32Array.from(QUANTIZED, (byte) => (byte - 128) / 64)),
      2,
    );
    expect(unsaid.output).toEqual(full.output);
    expect([full, small, unsaid].map(({ model }) => model.precision)).toEqual(['fp32', 'int8', 'fp32']);
    expect(full.model.digest).toBe(info?.digest);
    expect(small.model.digest).not.toBe(info?.digest);
    expect(unsaid.timing.loadMs).toBe(0);
  });

  it('names the precisions that are there where another is asked for', async () => {
    expect(await failureOf(classify('int4'))).toBe(
      'bad_request precision: vit is not here in int4; it is in fp32, int8',
    );
  });
});
