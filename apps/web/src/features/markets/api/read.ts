import 'server-only';
import type { MarketDetail } from '@inferscan/api/client';
import { orMissing } from '@/server/missing';
import { api } from '@/trpc/server';

export const readMarkets = async () => (await api()).markets.list();

/** null where the index knows no such market. */
export const readMarket = async (address: string): Promise<MarketDetail | null> =>
  orMissing((await api()).markets.byAddress({ address }));
