import { choiceOf, hrefWith, type SearchParams } from '@/format/search-params';

/** What a page can look back on, in hours or days. */
const RANGES = {
  '24h': { name: '24 hours', granularity: 'hour', buckets: 24 },
  '7d': { name: '7 days', granularity: 'hour', buckets: 168 },
  '30d': { name: '30 days', granularity: 'day', buckets: 30 },
  '90d': { name: '90 days', granularity: 'day', buckets: 90 },
  '1y': { name: 'a year', granularity: 'day', buckets: 365 },
} as const;
export type RangeName = keyof typeof RANGES;

const NAMES = ['7d', '24h', '30d', '90d', '1y'] as const satisfies readonly RangeName[];
const IN_ORDER = Object.keys(RANGES) as RangeName[];
const SECONDS = { hour: 3_600, day: 86_400 } as const;

/** What is asked of the API. */
export interface Span {
  granularity: 'hour' | 'day';
  from: number;
  to: number;
}

/** The range that a page's address names; seven days where it names none. */
export const rangeOf = (params: SearchParams): RangeName => choiceOf(params, 'range', NAMES);

export const rangeText = (range: RangeName): string => RANGES[range].name;

/** Whole hours or days up to the one that still goes on. */
export function spanOf(range: RangeName, now: number): Span {
  const { granularity, buckets } = RANGES[range];
  const size = SECONDS[granularity];
  const to = (Math.floor(now / size) + 1) * size;
  return { granularity, from: to - buckets * size, to };
}

/** The ranges as choices, each the address of the same page. */
export const rangeLinks = (path: string, params: SearchParams) =>
  IN_ORDER.map((range) => ({
    name: RANGES[range].name,
    href: hrefWith(path, params, { range: range === NAMES[0] ? undefined : range }),
    here: rangeOf(params) === range,
  }));
