import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniformAt } from '../src/sampling/random.js';

const SIZE = 24;
const PIXELS = SIZE * SIZE;
const model = (name: string) => fileURLToPath(new URL(`../../../models/${name}/`, import.meta.url));
const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

interface ShapesConfig {
  readonly id2label: Readonly<Record<string, string>>;
}

interface PainterConfig extends ShapesConfig {
  readonly unconditional_label_id: number;
}

describe('the image models', () => {
  let classifier: ort.InferenceSession;
  let painter: ort.InferenceSession;
  const labels = Object.values(json<ShapesConfig>(`${model('shapes')}config.json`).id2label);

  beforeAll(async () => {
    classifier = await ort.InferenceSession.create(`${model('shapes')}onnx/model.onnx`);
    painter = await ort.InferenceSession.create(`${model('shape-painter')}onnx/model.onnx`);
  });
  afterAll(async () => {
    await classifier.release();
    await painter.release();
  });

  const classify = async (pixels: Float32Array): Promise<number[][]> => {
    const count = pixels.length / PIXELS;
    const { logits } = await classifier.run({
      pixel_values: new ort.Tensor('float32', pixels, [count, 1, SIZE, SIZE]),
    });
    if (logits === undefined) throw new Error('the classifier gave no logits');
    const values = [...(logits.data as Float32Array)];
    return Array.from({ length: count }, (_, row) =>
      values.slice(row * labels.length, (row + 1) * labels.length),
    );
  };
  const best = (logits: readonly number[]): number => logits.indexOf(Math.max(...logits));

  it('shapes: give the logits that the framework gave which trained them', async () => {
    const examples = json<{ shape: string; pixels: string; logits: number[] }[]>(
      `${model('shapes')}examples.json`,
    );
    expect(examples).toHaveLength(24);
    for (const { shape, pixels, logits } of examples) {
      const image = Float32Array.from(Buffer.from(pixels, 'base64'), (grey) => grey / 127.5 - 1);
      const [found = []] = await classify(image);
      found.forEach((value, index) => {
        expect(Math.abs(value - (logits[index] ?? Number.NaN))).toBeLessThan(0.01);
      });
      expect(labels[best(found)]).toBe(shape);
    }
  });

  it('shape-painter: paint what is asked for, by the judgement of shapes', async () => {
    const config = json<PainterConfig>(`${model('shape-painter')}config.json`);
    const { num_inference_steps: steps, guidance_scale: guidance } = json<{
      num_inference_steps: number;
      guidance_scale: number;
    }>(`${model('shape-painter')}scheduler_config.json`);
    const wanted = labels.flatMap((_, label) => Array.from({ length: 5 }, () => label));
    const sample = Float32Array.from({ length: wanted.length * PIXELS }, (_, index) => normalAt(9, index));
    const shape = [wanted.length, 1, SIZE, SIZE];
    const velocity = async (time: number, asked: readonly number[]): Promise<Float32Array> => {
      const { velocity: found } = await painter.run({
        sample: new ort.Tensor('float32', sample, shape),
        timestep: new ort.Tensor('float32', new Float32Array(wanted.length).fill(time), [wanted.length]),
        class_labels: new ort.Tensor('int64', BigInt64Array.from(asked, BigInt), [wanted.length]),
      });
      return found?.data as Float32Array;
    };
    const anything = wanted.map(() => config.unconditional_label_id);
    for (let step = 0; step < steps; step += 1) {
      const [told, free] = [await velocity(step / steps, wanted), await velocity(step / steps, anything)];
      told.forEach((value, index) => {
        const base = free[index] ?? 0;
        sample[index] = (sample[index] ?? 0) + (base + guidance * (value - base)) / steps;
      });
    }
    const seen = await classify(sample.map((value) => Math.min(1, Math.max(-1, value))));
    const right = seen.filter((logits, index) => best(logits) === wanted[index]).length;
    // 99.9 % on the card.
    expect(right).toBeGreaterThanOrEqual(38);
  });
});

/** A standard normal number for each index (Box-Muller). */
function normalAt(seed: number, index: number): number {
  const [first, second] = [uniformAt(seed, 2 * index), uniformAt(seed, 2 * index + 1)];
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}
