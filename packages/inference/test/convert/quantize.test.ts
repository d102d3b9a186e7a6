import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bits, BLOCK, dequantize, quantize } from '../../src/convert/quantize.js';

const matrices = fc
  .record({
    rows: fc.integer({ min: 1, max: 3 * BLOCK + 5 }),
    columns: fc.integer({ min: 1, max: 6 }),
    bits: fc.constantFrom<Bits>(4, 8),
    // Not so small that single precision has no digits for them.
    seed: fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
  })
  .map(({ seed, ...shape }) => ({
    ...shape,
    values: Float32Array.from(
      { length: shape.rows * shape.columns },
      (_, at) => (seed[at % seed.length] ?? 0) / 997,
    ),
  }));

describe('a quantized matrix', () => {
  it('is within half a step of every value, and one step of the one opposite to the extreme', () => {
    fc.assert(
      fc.property(matrices, ({ values, rows, columns, bits }) => {
        const quantized = quantize(values, rows, columns, bits);
        const back = dequantize(quantized);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const at = row * columns + column;
            const scale = Math.abs(
              quantized.scales[column * quantized.blocks + Math.floor(row / BLOCK)] ?? 0,
            );
            const error = Math.abs((back[at] ?? 0) - (values[at] ?? 0));
            // The highest code is one step short of the extreme's opposite.
            expect(error).toBeLessThanOrEqual(scale * 1.0001);
            if (Math.abs(values[at] ?? 0) <= scale * (2 ** (bits - 1) - 1)) {
              expect(error).toBeLessThanOrEqual(scale * 0.5001);
            }
          }
        }
      }),
    );
  });

  it('keeps what the codes can say exactly, and zeros', () => {
    const values = Float32Array.from({ length: 16 }, (_, at) => at - 8);
    expect(dequantize(quantize(values, 16, 1, 4))).toEqual(values);
    expect(dequantize(quantize(new Float32Array(40), 40, 1, 4))).toEqual(new Float32Array(40));
    const fine = Float32Array.from({ length: 256 }, (_, at) => (at - 128) / 4);
    // One extreme in each block makes all blocks' scales the same.
    for (let block = 0; block < 8; block++) fine[block * BLOCK] = -32;
    expect(dequantize(quantize(fine, 256, 1, 8))).toEqual(fine);
  });
});
