import 'server-only';
import type { PriceRow, RollupSeries } from '@inferscan/api/client';
import { api } from '@/trpc/server';
import type { Span } from '../lib/range';

export type Scope = { scope: 'network' } | { scope: 'market' | 'node'; address: string };

/** What happened hour by hour or day by day. */
export const readHistory = async (scope: Scope, span: Span): Promise<RollupSeries> =>
  (await api()).rollups.series({ ...scope, ...span });

/** The last price of a NOS; null where nobody knows one. */
export const readPrice = async (now: number): Promise<PriceRow | null> =>
  (await api()).prices.at({ at: now });
