import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';
import type { ModelConfig } from '../loading/schemas.js';

export type Feeds = Record<string, ort.Tensor>;
export type Outputs = ort.InferenceSession.ReturnType;

/** Inputs besides the cache that Optimum's decoders take; some find positions themselves, from the mask. */
const TOKEN_INPUTS = ['input_ids', 'attention_mask', 'position_ids'] as const;
const OPTIONAL_INPUT = 'position_ids';

/** Of these inputs those that a graph takes, or should. */
export function tokenInputsOf({ inputNames }: Pick<ort.InferenceSession, 'inputNames'>): string[] {
  return TOKEN_INPUTS.filter((name) => name !== OPTIONAL_INPUT || inputNames.includes(name));
}

/** `0.key`, `0.value`, `1.key`, … */
export function cacheNamesOf({ layers }: Pick<ModelConfig, 'layers'>): string[] {
  return Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
}

/** @throws InferenceError bad_model when inputs are not exactly these, or when outputs are missing */
export function requireNames(
  path: string,
  session: ort.InferenceSession,
  inputs: readonly string[],
  outputs: readonly string[],
): void {
  const lacking = (wanted: readonly string[], found: readonly string[]) =>
    wanted.filter((name) => !found.includes(name));
  const problems = [
    ['lacks inputs', lacking(inputs, session.inputNames)],
    ['has unknown inputs', lacking(session.inputNames, inputs)],
    ['lacks outputs', lacking(outputs, session.outputNames)],
  ] as const;
  const found = problems.filter(([, names]) => names.length > 0);
  if (found.length === 0) return;
  const text = found.map(([what, names]) => `${what} ${names.join(', ')}`).join(' and ');
  throw new InferenceError('bad_model', `${path}: the graph ${text}`);
}

/** What went wrong in a graph, by the file that it lies in. */
export function ofGraph(path: string, error: unknown): InferenceError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InferenceError('bad_model', reason.startsWith(path) ? reason : `${path}: ${reason}`);
}

/**
 * Compares what the graph says of its cache with config.json, before there is memory for it.
 * @throws InferenceError bad_model
 */
export function requireCacheShape(
  path: string,
  { inputMetadata }: Pick<ort.InferenceSession, 'inputMetadata'>,
  { kvHeads, headDim }: Pick<ModelConfig, 'kvHeads' | 'headDim'>,
): void {
  for (const input of inputMetadata) {
    if (!input.isTensor || !input.name.startsWith('past_key_values.')) continue;
    const [heads, width] = [input.shape[1], input.shape.at(-1)];
    const fits = (size: string | number | undefined, wanted: number) =>
      typeof size === 'string' || size === wanted;
    if ([4, 5].includes(input.shape.length) && fits(heads, kvHeads) && fits(width, headDim)) continue;
    throw new InferenceError(
      'bad_model',
      `${path}: ${input.name} has the shape [${input.shape.join(', ')}], config.json says ${kvHeads} heads of ${headDim}`,
    );
  }
}

/**
 * The numbers of an output.
 * @throws InferenceError bad_model when it is not float32 of that shape
 */
export function floatsOf(outputs: Outputs, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensorOf(outputs, name);
  const fits = shape.length === tensor.dims.length && shape.every((size, axis) => size === tensor.dims[axis]);
  if (!fits || !(tensor.data instanceof Float32Array)) {
    throw new InferenceError(
      'bad_model',
      `${name} have shape [${tensor.dims.join(', ')}] of ${tensor.type}, expected [${shape.join(', ')}] of float32`,
    );
  }
  return tensor.data;
}

export function tensorOf(outputs: Outputs, name: string): ort.Tensor {
  const value = outputs[name];
  if (!(value instanceof ort.Tensor)) throw new InferenceError('bad_model', `output ${name} is not a tensor`);
  return value;
}
