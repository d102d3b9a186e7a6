import type { Raster } from './raster.js';

/** Filters by the number that image processors' configs name them with. */
export const RESAMPLING = { nearest: 0, bilinear: 2, bicubic: 3 } as const;
export type Resampling = (typeof RESAMPLING)[keyof typeof RESAMPLING];

const CUBIC = -0.5;

function bilinear(distance: number): number {
  return Math.max(0, 1 - Math.abs(distance));
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
}

const FILTERS = {
  [RESAMPLING.bilinear]: { weigh: bilinear, support: 1 },
  [RESAMPLING.bicubic]: { weigh: bicubic, support: 2 },
};

/** Which old samples make up one new sample, with weights that sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Scales to an exact size; where it shrinks, every old pixel counts (the filter is widened by the ratio). */
export function resize(raster: Raster, width: number, height: number, resampling: Resampling): Raster {
  if (raster.width === width && raster.height === height) return raster;
  const across = along(raster, taps(raster.width, width, resampling), 'x');
  return along(across, taps(raster.height, height, resampling), 'y');
}

function taps(from: number, to: number, resampling: Resampling): Taps[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * ratio;
    if (resampling === RESAMPLING.nearest) return { first: Math.floor(centre), weights: [1] };
    const { weigh, support } = FILTERS[resampling];
    const spread = Math.max(1, ratio);
    const first = Math.max(0, Math.floor(centre - support * spread + 0.5));
    const last = Math.min(from, Math.floor(centre + support * spread + 0.5));
    const raw = Array.from({ length: last - first }, (_, tap) =>
      weigh((first + tap + 0.5 - centre) / spread),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}

function along(raster: Raster, axis: readonly Taps[], direction: 'x' | 'y'): Raster {
  const { channels } = raster;
  const width = direction === 'x' ? axis.length : raster.width;
  const height = direction === 'y' ? axis.length : raster.height;
  const step = direction === 'x' ? channels : raster.width * channels;
  const data = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = axis[direction === 'x' ? x : y] ?? { first: 0, weights: [] };
      const start =
        direction === 'x' ? (y * raster.width + first) * channels : (first * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) {
          sum += (weights[tap] ?? 0) * (raster.data[start + tap * step + channel] ?? 0);
        }
        data[(y * width + x) * channels + channel] = Math.min(255, Math.max(0, sum));
      }
    }
  }
  return { width, height, channels, data };
}
