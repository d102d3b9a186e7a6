import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { InferenceError } from '../errors.js';
import { normalAt } from '../sampling/random.js';
import { writePng } from './images/png.js';
import { labelsSchema } from './labels.js';
import { rowsOf } from './rows.js';
import { defineTask, type Graph } from './task.js';

const MAX_IMAGES = 64;
/** Seeds of a request's images follow each other and must stay whole numbers. */
const SEED_SPACE = Number.MAX_SAFE_INTEGER;

const configSchema = z.object({
  num_channels: z.union([z.literal(1), z.literal(3)], { error: 'expected 1 or 3' }),
  image_size: z.int().min(1).max(1024),
  id2label: labelsSchema,
  /** The class that asks for anything; without it there is no guidance. */
  unconditional_label_id: z.int().min(0).optional(),
});

const schedulerSchema = z.object({
  _class_name: z.literal('RectifiedFlowEuler'),
  num_inference_steps: z.int().min(1).max(1000),
  guidance_scale: z.number().min(0).max(100),
});

interface Spec {
  readonly channels: 1 | 3;
  readonly size: number;
  readonly labels: readonly string[];
  readonly unconditional: number | undefined;
  readonly steps: number;
  readonly guidance: number;
}

export interface GeneratedImage {
  readonly label: string | null;
  /** Asked for alone with this seed, the same image is made. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
}

export interface ImageGeneration {
  readonly images: readonly GeneratedImage[];
  readonly steps: number;
  readonly guidance: number;
}

/** Paints images of classes by a rectified flow: equal Euler steps from noise to image. */
export const imageGeneration = defineTask({
  architecture: /ForImageGeneration$/,

  inputs: z.strictObject({
    /** What each image shall show; null: anything. */
    labels: z.array(z.string().max(200).nullable()).min(1).max(MAX_IMAGES),
    steps: z.int().min(1).max(1000).optional(),
    /** 1 takes the model's word; more overstates what was asked for, at twice the work. */
    guidance: z.number().min(0).max(100).optional(),
  }),

  async read(files): Promise<Spec> {
    const config = await files.json('config.json', configSchema);
    const scheduler = await files.json('scheduler_config.json', schedulerSchema);
    return {
      channels: config.num_channels,
      size: config.image_size,
      labels: config.id2label,
      unconditional: config.unconditional_label_id,
      steps: scheduler.num_inference_steps,
      guidance: scheduler.guidance_scale,
    };
  },

  graph: () => ({ inputs: ['sample', 'timestep', 'class_labels'], outputs: ['velocity'] }),

  prepare(spec) {
    return async (inputs, graph, seed): Promise<ImageGeneration> => {
      const classes = inputs.labels.map((label, index) => classOf(spec, label, index));
      const steps = inputs.steps ?? spec.steps;
      const guidance = guidanceOf(spec, inputs.guidance);
      const seeds = classes.map((_, index) => (seed + index) % SEED_SPACE);
      const samples = await flow(spec, graph, noise(spec, seeds), classes, steps, guidance);
      const images = samples.map((sample, index) => ({
        label: inputs.labels[index] ?? null,
        seed: seeds[index] ?? seed,
        width: spec.size,
        height: spec.size,
        channels: spec.channels,
        png: writePng(spec.size, spec.size, spec.channels, toBytes(spec, sample)),
      }));
      return { images, steps, guidance };
    };
  },
});

function classOf(spec: Spec, label: string | null, index: number): number {
  const found = label === null ? spec.unconditional : spec.labels.indexOf(label);
  if (found !== undefined && found >= 0) return found;
  const known = label === null ? 'a label; the model paints nothing unasked' : spec.labels.join(', ');
  throw new InferenceError('bad_request', `inputs.labels.${index}: expected ${known}`);
}

function guidanceOf(spec: Spec, asked: number | undefined): number {
  if (spec.unconditional !== undefined) return asked ?? spec.guidance;
  if (asked === undefined || asked === 1) return 1;
  throw new InferenceError('bad_request', 'inputs.guidance: expected 1; the model has no guidance');
}

/** Standard normal numbers that depend on each image's own seed only. */
function noise({ channels, size }: Spec, seeds: readonly number[]): Float32Array {
  const pixels = channels * size * size;
  const sample = new Float32Array(seeds.length * pixels);
  seeds.forEach((seed, image) => {
    for (let pixel = 0; pixel < pixels; pixel++) sample[image * pixels + pixel] = normalAt(seed, pixel);
  });
  return sample;
}

async function flow(
  spec: Spec,
  graph: Graph,
  sample: Float32Array,
  classes: readonly number[],
  steps: number,
  guidance: number,
): Promise<Float32Array[]> {
  const { unconditional, channels, size } = spec;
  const pixels = channels * size * size;
  const guided = unconditional !== undefined && guidance !== 1;
  const asked = guided ? [...classes, ...classes.map(() => unconditional)] : classes;
  const feed = new Float32Array(asked.length * pixels);
  for (let step = 0; step < steps; step++) {
    for (let at = 0; at < feed.length; at += sample.length) feed.set(sample, at);
    const output = await graph.step({
      sample: new ort.Tensor('float32', feed, [asked.length, channels, size, size]),
      timestep: new ort.Tensor('float32', new Float32Array(asked.length).fill(step / steps), [asked.length]),
      class_labels: new ort.Tensor('int64', BigInt64Array.from(asked, BigInt), [asked.length]),
    });
    const velocity = output('velocity');
    rowsOf(velocity, asked.length, pixels, 'velocity');
    for (let at = 0; at < sample.length; at++) {
      const told = velocity.data[at] ?? 0;
      const free = guided ? (velocity.data[sample.length + at] ?? 0) : told;
      sample[at] = (sample[at] ?? 0) + (free + guidance * (told - free)) / steps;
    }
  }
  return classes.map((_, image) => sample.subarray(image * pixels, (image + 1) * pixels));
}

/** From -1 (black) … 1 (white), channel after channel, to bytes, pixel after pixel. */
function toBytes({ channels, size }: Spec, sample: Float32Array): Uint8Array {
  const pixels = size * size;
  return Uint8Array.from({ length: channels * pixels }, (_, at) => {
    const value = sample[(at % channels) * pixels + Math.floor(at / channels)] ?? 0;
    return Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5);
  });
}
