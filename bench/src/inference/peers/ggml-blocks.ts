/** Values that share a scale. */
const BLOCK = 32;

/** Blocks of a scale in half precision and 32 bytes, the largest value being ±127. */
export function q8Blocks(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array((values.length / BLOCK) * (2 + BLOCK));
  const view = new DataView(bytes.buffer);
  for (let start = 0, to = 0; start < values.length; start += BLOCK, to += 2 + BLOCK) {
    const scale = Math.abs(extremeOf(values, start)) / 127;
    view.setUint16(to, halfOf(scale), true);
    for (let at = 0; at < BLOCK && scale > 0; at++) {
      view.setInt8(to + 2 + at, Math.round((values[start + at] ?? 0) / scale));
    }
  }
  return bytes;
}

/** Blocks of a scale and 32 codes of four bits, of which 8 is zero; the largest value, with its sign, gets code 0. */
export function q4Blocks(values: Float32Array): Uint8Array {
  const half = BLOCK / 2;
  const bytes = new Uint8Array((values.length / BLOCK) * (2 + half));
  const view = new DataView(bytes.buffer);
  for (let start = 0, to = 0; start < values.length; start += BLOCK, to += 2 + half) {
    const scale = extremeOf(values, start) / -8;
    view.setUint16(to, halfOf(scale), true);
    const code = (at: number) =>
      scale === 0 ? 8 : Math.max(0, Math.min(15, Math.round((values[start + at] ?? 0) / scale) + 8));
    for (let at = 0; at < half; at++) bytes[to + 2 + at] = code(at) | (code(at + half) << 4);
  }
  return bytes;
}

/** The value that is farthest from zero. */
function extremeOf(values: Float32Array, start: number): number {
  let extreme = 0;
  for (let at = start; at < start + BLOCK; at++) {
    const value = values[at] ?? 0;
    if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  }
  return extreme;
}

/**
 * A number in half precision, rounded to the nearest, to even between two.
 * @throws RangeError for what is neither zero nor a normal number there: scales of weights are
 */
function halfOf(value: number): number {
  if (value === 0) return 0;
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  const rounded = bits + 0x0fff + ((bits >>> 13) & 1);
  const exponent = ((rounded >>> 23) & 0xff) - 112;
  if (exponent < 1 || exponent > 30) throw new RangeError(`${value} is no scale in half precision`);
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((rounded >>> 13) & 0x3ff);
}
