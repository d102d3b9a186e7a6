import { type Cluster, knownMarkets } from '@inferscan/protocol';
import { shortAddress } from '@/format/address';

export interface MarketOption {
  address: string;
  name: string;
}

/** Markets to choose from: those with names, those of the rows in sight, and the one that is chosen. */
export function marketOptions(
  cluster: Cluster,
  rows: readonly { market: string; marketName: string | null }[],
  chosen: string | undefined,
): MarketOption[] {
  const names = new Map<string, string>(knownMarkets(cluster).map((market) => [market.address, market.name]));
  for (const row of rows) {
    if (!names.has(row.market)) names.set(row.market, row.marketName ?? shortAddress(row.market));
  }
  if (chosen !== undefined && !names.has(chosen)) names.set(chosen, shortAddress(chosen));
  return [...names].map(([address, name]) => ({ address, name }));
}
