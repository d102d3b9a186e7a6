import type { Precision } from '../contract.js';

/** The files below onnx/ that transformers.js and Optimum write: the most precise first, and of each the preferred name first. */
export const GRAPH_NAMES: readonly (readonly [Precision, readonly [string, ...string[]]])[] = [
  ['fp32', ['model.onnx']],
  ['fp16', ['model_fp16.onnx']],
  ['int8', ['model_q8.onnx', 'model_quantized.onnx', 'model_int8.onnx']],
  ['int4', ['model_q4.onnx', 'model_q4f16.onnx', 'model_int4.onnx']],
];

/** The names of a graph in one precision, the preferred one first. */
export function graphNames(precision: Precision): readonly [string, ...string[]] {
  const found = GRAPH_NAMES.find(([each]) => each === precision);
  if (found === undefined) throw new RangeError(`graphs in ${precision} have no name`);
  return found[1];
}
