import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { imageInputSchema, readImage } from './images/input.js';
import { type Preprocessor, preprocessorSchema, writePixelValues } from './images/preprocessor.js';
import { bestLabels, labelsSchema, type ScoredLabel } from './labels.js';
import { rowsOf } from './rows.js';
import { defineTask } from './task.js';

/** Images in one step of the graph. */
const BATCH = 16;
const MAX_IMAGES = 64;

const configSchema = z.object({
  num_channels: z.union([z.literal(1), z.literal(3)], { error: 'expected 1 or 3' }).default(3),
  id2label: labelsSchema,
});

interface Spec {
  readonly channels: 1 | 3;
  readonly labels: readonly string[];
  readonly preprocessor: Preprocessor;
}

export interface ImageClassification {
  /** One for each image, in order. */
  readonly images: readonly {
    /** The most likely first. */
    readonly labels: readonly ScoredLabel[];
    readonly logits: readonly number[];
  }[];
}

/** Names what an image shows: ViT and other classifiers with `pixel_values` in and `logits` out. */
export const imageClassification = defineTask({
  architecture: /ForImageClassification$/,

  inputs: z.strictObject({
    images: z.array(imageInputSchema).min(1).max(MAX_IMAGES),
    /** How many labels are given for each. */
    topK: z.int().min(1).max(1000).default(5),
  }),

  async read(files): Promise<Spec> {
    const config = await files.json('config.json', configSchema);
    const preprocessor = await files.json('preprocessor_config.json', preprocessorSchema);
    return { channels: config.num_channels, labels: config.id2label, preprocessor };
  },

  graph: () => ({ inputs: ['pixel_values'], outputs: ['logits'] }),

  prepare({ channels, labels, preprocessor }) {
    const { width, height } = preprocessor;
    const size = channels * width * height;
    return async (inputs, graph): Promise<ImageClassification> => {
      const found: ImageClassification['images'][number][] = [];
      for (let start = 0; start < inputs.images.length; start += BATCH) {
        const batch = inputs.images.slice(start, start + BATCH);
        const pixels = new Float32Array(batch.length * size);
        batch.forEach((image, index) => {
          const raster = readImage(image, `inputs.images.${start + index}`);
          writePixelValues(raster, channels, preprocessor, pixels, index * size);
        });
        const output = await graph.step({
          pixel_values: new ort.Tensor('float32', pixels, [batch.length, channels, height, width]),
        });
        for (const logits of rowsOf(output('logits'), batch.length, labels.length, 'logits')) {
          found.push({ labels: bestLabels(logits, labels, inputs.topK), logits: [...logits] });
        }
      }
      return { images: found };
    };
  },
});
