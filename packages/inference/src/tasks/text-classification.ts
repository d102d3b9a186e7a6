import { z } from 'zod';
import { bestLabels, labelsSchema, type ScoredLabel } from './labels.js';
import { rowsOf } from './rows.js';
import { defineTask } from './task.js';
import {
  createTextEncoder,
  ENCODER_INPUTS,
  readTextEncoder,
  type TextEncoderSpec,
  textsSchema,
  truncateSchema,
} from './text-encoder.js';

const configSchema = z.object({ id2label: labelsSchema });

interface Spec extends TextEncoderSpec {
  readonly labels: readonly string[];
}

export interface TextClassification {
  /** One for each text, in order. */
  readonly texts: readonly {
    /** The most likely first. */
    readonly labels: readonly ScoredLabel[];
    readonly logits: readonly number[];
    readonly tokens: number;
    readonly truncated: boolean;
  }[];
}

/** Names the class of a text: BERT and its kind with `logits` out. */
export const textClassification = defineTask({
  architecture: /ForSequenceClassification$/,

  inputs: z.strictObject({
    texts: textsSchema,
    /** How many labels are given for each. */
    topK: z.int().min(1).max(1000).default(5),
    truncate: truncateSchema,
  }),

  async read(files): Promise<Spec> {
    const encoder = await readTextEncoder(files);
    const { id2label } = await files.json('config.json', configSchema);
    return { ...encoder, labels: id2label };
  },

  graph: () => ({ ...ENCODER_INPUTS, outputs: ['logits'] }),

  prepare(spec) {
    const encode = createTextEncoder(spec);
    return async ({ texts, topK, truncate }, graph): Promise<TextClassification> => {
      const encoded = texts.map((text, index) => encode(text, `inputs.texts.${index}`, truncate));
      const found: TextClassification['texts'][number][] = [];
      for (const { feeds, tokens, truncated } of encoded) {
        const output = await graph.step(feeds);
        const [logits = new Float32Array()] = rowsOf(output('logits'), 1, spec.labels.length, 'logits');
        found.push({ labels: bestLabels(logits, spec.labels, topK), logits: [...logits], tokens, truncated });
      }
      return { texts: found };
    };
  },
});
