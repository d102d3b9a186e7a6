import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { writePng } from '../../src/tasks/images/png.js';
import { engineForTests, failureOf, modelFile, modelJson } from './support.js';

const engine = engineForTests();

interface Example {
  readonly shape: string;
  readonly pixels: string;
  readonly logits: readonly number[];
}

const examples = modelJson<Example[]>('shapes', 'examples.json');
const plain = ({ pixels }: Example) => ({ width: 24, height: 24, channels: 1 as const, pixels });

describe('image classification', () => {
  it('gives the logits of the framework that trained shapes, and names the shape', async () => {
    expect(examples).toHaveLength(24);
    const result = await engine().run({
      task: 'image-classification',
      model: 'shapes',
      inputs: { images: examples.map(plain), topK: 2 },
    });
    examples.forEach(({ shape, logits }, index) => {
      const found = result.output.images[index];
      expect(found?.labels).toHaveLength(2);
      expect(found?.labels[0]?.label).toBe(shape);
      logits.forEach((logit, at) => {
        expect(Math.abs(logit - (found?.logits[at] ?? Number.NaN))).toBeLessThan(0.01);
      });
    });
    // 24 images are two steps of 16 at most.
    expect(result.steps).toBe(2);
  });

  it('sees the same in a PNG, in colour, and whoever else is in the batch', async () => {
    const [first, second] = examples;
    if (!first || !second) throw new Error('no examples');
    const grey = Buffer.from(first.pixels, 'base64');
    const colour = Uint8Array.from({ length: 3 * grey.length }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
    const png = writePng(24, 24, 1, grey);
    const inputs = {
      images: [
        plain(first),
        { png },
        { png: Buffer.from(png).toString('base64') },
        { width: 24, height: 24, channels: 3 as const, pixels: colour },
        plain(second),
      ],
    };
    const { output } = await engine().run({ task: 'image-classification', model: 'shapes', inputs });
    const alone = await engine().run({
      task: 'image-classification',
      model: 'shapes',
      inputs: { images: [plain(first)] },
    });
    const [asPixels, asPng, asText, asColour] = output.images;
    expect(asPixels).toEqual(alone.output.images[0]);
    expect(asPng).toEqual(asPixels);
    expect(asText).toEqual(asPixels);
    expect(asColour?.labels[0]?.label).toBe(first.shape);
  });

  it('scales larger images to what the model takes', async () => {
    const images = examples.map((example) => {
      const small = Buffer.from(example.pixels, 'base64');
      const at = (x: number, y: number) => small[Math.floor(y / 4) * 24 + Math.floor(x / 4)] ?? 0;
      return {
        width: 96,
        height: 96,
        channels: 1 as const,
        pixels: Uint8Array.from({ length: 96 * 96 }, (_, index) => at(index % 96, Math.floor(index / 96))),
      };
    });
    const { output } = await engine().run({
      task: 'image-classification',
      model: 'shapes',
      inputs: { images },
    });
    expect(output.images.map((image) => image.labels[0]?.label)).toEqual(examples.map(({ shape }) => shape));
  });
});

describe('image generation', () => {
  const labels = Object.values(
    modelJson<{ id2label: Record<string, string> }>('shapes', 'config.json').id2label,
  );

  it('paints what is asked for, by the judgement of shapes', async () => {
    const wanted = labels.flatMap((label) => Array.from({ length: 3 }, () => label));
    const painted = await engine().run({
      task: 'image-generation',
      model: 'shape-painter',
      inputs: { labels: wanted },
      seed: 9,
    });
    expect(painted.output).toMatchObject({ steps: 16, guidance: 1.5 });
    expect(painted.steps).toBe(16);
    const seen = await engine().run({
      task: 'image-classification',
      model: 'shapes',
      inputs: { images: painted.output.images.map(({ png }) => ({ png })), topK: 1 },
    });
    const right = seen.output.images.filter(({ labels: [best] }, index) => best?.label === wanted[index]);
    // 99.9 % on the card.
    expect(right.length).toBeGreaterThanOrEqual(23);
  });

  it('repeats an image by its seed, in whatever company, and paints another for another seed', async () => {
    const paint = async (wanted: (string | null)[], seed: number, steps = 4) =>
      (
        await engine().run({
          task: 'image-generation',
          model: 'shape-painter',
          inputs: { labels: wanted, steps },
          seed,
        })
      ).output.images;
    const [star, ring, anything] = await paint(['star', 'ring', null], 40);
    expect([star?.seed, ring?.seed, anything?.seed]).toEqual([40, 41, 42]);
    expect(await paint(['ring'], 41)).toEqual([ring]);
    expect(await paint([null], 42)).toEqual([anything]);
    const [other] = await paint(['star'], 41);
    expect(other?.png).not.toEqual(star?.png);
    const { width, height, channels, data } = decode(star?.png ?? new Uint8Array());
    expect([width, height, channels, data.length]).toEqual([24, 24, 1, 576]);
  });

  it('takes a step for each step asked for, and names labels that it does not know', async () => {
    const ask = (inputs: { labels: string[]; steps?: number; guidance?: number }) =>
      engine().run({ task: 'image-generation', model: 'shape-painter', inputs });
    expect((await ask({ labels: ['star'], steps: 3, guidance: 1 })).steps).toBe(3);
    expect(await failureOf(ask({ labels: ['star', 'horse'] }))).toMatch(
      /^bad_request inputs\.labels\.1: expected circle, ring, /,
    );
  });
});

describe('the models folder', () => {
  it('lists every model with its task, parameters and digest', () => {
    const models = new Map(
      engine()
        .models()
        .map((model) => [model.name, model]),
    );
    expect(models.get('arithmetic')).toMatchObject({ task: 'text-generation', parameters: 446_880 });
    expect(models.get('shapes')).toMatchObject({
      task: 'image-classification',
      parameters: 46_904,
      precision: 'fp32',
      precisions: ['fp32'],
    });
    expect(models.get('shape-painter')).toMatchObject({ task: 'image-generation' });
    expect(modelFile('shapes', 'onnx/model.onnx')).toContain('shapes');
  });
});
