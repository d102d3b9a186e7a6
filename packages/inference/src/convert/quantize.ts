/** Values along the input that share a scale, as in llama.cpp's and Optimum's usual formats. */
export const BLOCK = 32;

export type Bits = 4 | 8;

/** A weight matrix as ONNX Runtime's MatMulNBits takes it: columns first, each in blocks along the input. */
export interface QuantizedMatrix {
  readonly bits: Bits;
  /** Inputs and outputs of the product. */
  readonly rows: number;
  readonly columns: number;
  readonly blocks: number;
  /** [columns, blocks, BLOCK * bits / 8]; of two 4-bit values in a byte the first is the lower half. */
  readonly packed: Uint8Array;
  /** [columns, blocks] */
  readonly scales: Float32Array;
}

/**
 * Rounds a matrix to 4 or 8 bits, symmetric about zero (2^(bits - 1) stands for 0). A block's scale makes its largest value,
 * with its sign, the lowest code: -8 of -8 … 7, so that no code is wasted.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 * @param values row-major [rows, columns], as MatMul takes them
 */
export function quantize(values: Float32Array, rows: number, columns: number, bits: Bits): QuantizedMatrix {
  const blocks = Math.ceil(rows / BLOCK);
  const bytesPerBlock = (BLOCK * bits) / 8;
  const packed = new Uint8Array(columns * blocks * bytesPerBlock);
  const scales = new Float32Array(columns * blocks);
  const zero = 2 ** (bits - 1);
  const codes = new Uint8Array(BLOCK);
  for (let column = 0; column < columns; column++) {
    for (let block = 0; block < blocks; block++) {
      const start = block * BLOCK;
      const count = Math.min(BLOCK, rows - start);
      let extreme = 0;
      for (let at = 0; at < count; at++) {
        const value = values[(start + at) * columns + column] ?? 0;
        if (Math.abs(value) > Math.abs(extreme)) extreme = value;
      }
      const index = column * blocks + block;
      scales[index] = extreme === 0 ? 0 : extreme / -zero;
      // As it is stored: the codes make up for its rounding.
      const scale = scales[index] ?? 0;
      codes.fill(zero);
      for (let at = 0; at < count && scale !== 0; at++) {
        const code = Math.round((values[(start + at) * columns + column] ?? 0) / scale) + zero;
        codes[at] = Math.max(0, Math.min(2 * zero - 1, code));
      }
      pack(codes, bits, packed, index * bytesPerBlock);
    }
  }
  return { bits, rows, columns, blocks, packed, scales };
}

/** The values that the codes stand for, row-major. */
export function dequantize({ bits, rows, columns, blocks, packed, scales }: QuantizedMatrix): Float32Array {
  const values = new Float32Array(rows * columns);
  const zero = 2 ** (bits - 1);
  const perByte = 8 / bits;
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const index = column * blocks + Math.floor(row / BLOCK);
      const at = row % BLOCK;
      const byte = packed[(index * BLOCK) / perByte + Math.floor(at / perByte)] ?? 0;
      const code = (byte >> ((at % perByte) * bits)) & (2 ** bits - 1);
      values[row * columns + column] = (code - zero) * (scales[index] ?? 0);
    }
  }
  return values;
}

function pack(codes: Uint8Array, bits: Bits, into: Uint8Array, start: number): void {
  if (bits === 8) {
    into.set(codes, start);
    return;
  }
  for (let at = 0; at < codes.length; at += 2) {
    into[start + at / 2] = (codes[at] ?? 0) | ((codes[at + 1] ?? 0) << 4);
  }
}
