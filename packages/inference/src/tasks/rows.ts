import { InferenceError } from '../errors.js';
import type { Values } from './task.js';

/**
 * The rows of an output [rows, width].
 * @throws InferenceError bad_model when it has another shape
 */
export function rowsOf(values: Values, rows: number, width: number, name: string): Float32Array[] {
  if (values.data.length !== rows * width || values.dims[0] !== rows) {
    throw new InferenceError(
      'bad_model',
      `output ${name} has shape [${values.dims.join(', ')}], expected [${rows}, ${width}]`,
    );
  }
  return Array.from({ length: rows }, (_, row) => values.data.subarray(row * width, (row + 1) * width));
}
