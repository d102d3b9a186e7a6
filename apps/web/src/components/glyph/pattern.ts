/** What a glyph shows: a hue in degrees and the filled cells of a 5 × 5 grid, mirrored left to right. */
export interface GlyphPattern {
  hue: number;
  /** SVG path of the filled cells, one unit each. */
  path: string;
}

const SIDE = 5;
const HALF = 3;
/** Hues apart enough to be told from each other at 14 px. */
const HUES = 16;

/** FNV-1a with a final avalanche, so that addresses that differ in one letter look different. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b) >>> 0;
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/** The glyph of an address: the same on every page, machine and day. */
export function glyphPattern(address: string): GlyphPattern {
  const bits = hash(address, 0);
  const hue = (hash(address, 1) % HUES) * (360 / HUES);
  let path = '';
  let filled = 0;
  for (let cell = 0; cell < SIDE * HALF; cell += 1) {
    const x = cell % HALF;
    const y = Math.floor(cell / HALF);
    // The last cell is drawn where nothing else was, so that no glyph is empty.
    if (((bits >>> cell) & 1) === 0 && !(filled === 0 && cell === SIDE * HALF - 1)) continue;
    filled += 1;
    path += square(x, y);
    if (x !== HALF - 1) path += square(SIDE - 1 - x, y);
  }
  return { hue, path };
}

const square = (x: number, y: number): string => `M${x} ${y}h1v1h-1z`;
