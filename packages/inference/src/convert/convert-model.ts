import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { InferenceError } from '../errors.js';
import { graphNames } from '../loading/graph-names.js';
import { readModelFolder } from '../loading/model.js';
import { onProcessor, openSession } from '../loading/session.js';
import { createTextTokenizer } from '../tokens/tokenizer.js';
import { compareDecoders, type DecoderComparison } from './compare.js';
import { convertGraph, type TargetPrecision } from './convert-graph.js';
import { readSamples } from './samples.js';

/** What this project's language models bring. */
const OWN_SAMPLES = 'greedy-outputs.json';

export interface ConvertOptions {
  /** The model's folder, with onnx/model.onnx in fp32. */
  readonly directory: string;
  readonly precision: TargetPrecision;
  /** A JSON list of `{ prompt, text }` to compare on; null: the model's own, where it brings some. */
  readonly samples: string | null;
  /** Whether a file that is there already is written over. */
  readonly force: boolean;
}

export interface ConversionReport {
  readonly path: string;
  readonly bytes: { readonly before: number; readonly after: number };
  /** Numbers in weights. */
  readonly weights: { readonly converted: number; readonly kept: number };
  /** Null for models other than decoders, and without samples. */
  readonly comparison: DecoderComparison | null;
}

/**
 * Writes a model's weights in another precision beside those in fp32, where the engine finds them, and reports what that
 * costs. The file appears only when it is whole and the runtime takes it.
 * @throws InferenceError bad_model, bad_request
 */
export async function convertModel(options: ConvertOptions): Promise<ConversionReport> {
  const { directory, precision, force } = options;
  const source = join(directory, 'onnx', 'model.onnx');
  const path = join(directory, 'onnx', graphNames(precision)[0]);
  if (existsSync(path) && !force) {
    throw new InferenceError('bad_request', `${path} is there already; --force writes over it`);
  }
  const before = await readFile(source).catch((error: unknown) => {
    throw new InferenceError('bad_model', `${source}: ${error instanceof Error ? error.message : error}`);
  });
  const graph = converted(source, before, precision);
  const comparison = await compared(options, source, graph.file);
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, graph.file);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return {
    path,
    bytes: { before: before.length, after: graph.file.length },
    weights: {
      converted: graph.converted.reduce((sum, { numbers }) => sum + numbers, 0),
      kept: graph.kept,
    },
    comparison,
  };
}

function converted(source: string, file: Uint8Array, precision: TargetPrecision) {
  try {
    return convertGraph(file, precision);
  } catch (error) {
    if (error instanceof RangeError) throw new InferenceError('bad_model', `${source}: ${error.message}`);
    throw error;
  }
}

async function compared(
  { directory, samples }: ConvertOptions,
  source: string,
  file: Uint8Array,
): Promise<DecoderComparison | null> {
  const after = await openSession(source, onProcessor(1), file);
  try {
    const isDecoder = after.inputNames.includes('past_key_values.0.key');
    if (samples === null && !(isDecoder && existsSync(join(directory, OWN_SAMPLES)))) return null;
    if (!isDecoder) throw new InferenceError('bad_request', '--samples: only decoders of text are compared');
    const folder = await readModelFolder(directory, directory);
    const tokenizer = createTextTokenizer(folder);
    const [place, name] =
      samples === null ? [directory, OWN_SAMPLES] : [dirname(resolve(samples)), basename(samples)];
    const texts = await readSamples(place, name, tokenizer, folder.config.contextTokens);
    const before = await openSession(source, onProcessor(1));
    try {
      return await compareDecoders(before, after, folder.config, texts);
    } finally {
      await before.release();
    }
  } finally {
    await after.release();
  }
}
