import { readPng } from '../tasks/images/png.js';

const WHITE = 255;

/**
 * How far apart two outputs of the same shape are: the greatest difference between two of their numbers, those of images from 0 to 1.
 * Infinity where anything besides numbers differs.
 */
export function greatestDistance(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) ? 0 : Math.abs(a - b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return pixelDistance(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b) ? 0 : Number.POSITIVE_INFINITY;
  }
  const [left, right] = [Object.entries(a), Object.entries(b)];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return left.reduce((most, [name, value], at) => {
    const [otherName, other] = right[at] ?? [];
    return name === otherName ? Math.max(most, greatestDistance(value, other)) : Number.POSITIVE_INFINITY;
  }, 0);
}

function pixelDistance(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [readPng(a, 'one').data, readPng(b, 'other').data];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  const most = left.reduce((found, value, at) => Math.max(found, Math.abs(value - (right[at] ?? 0))), 0);
  return most / WHITE;
}
