import { type Cluster, knownMarkets } from '@inferscan/protocol';

/** Names that are not on chain. */
export interface Directory {
  /** null for a market that nobody has named. */
  marketName(address: string): string | null;
  marketSlug(address: string): string | null;
  /** Markets whose name or slug contains the text, case-insensitive. */
  marketsLike(text: string): { address: string; name: string }[];
}

export function createDirectory(cluster: Cluster): Directory {
  const markets = knownMarkets(cluster);
  const byAddress = new Map<string, { name: string; slug: string }>(markets.map((m) => [m.address, m]));
  return {
    marketName: (address) => byAddress.get(address)?.name ?? null,
    marketSlug: (address) => byAddress.get(address)?.slug ?? null,
    marketsLike(text) {
      const wanted = text.toLowerCase();
      return markets
        .filter((m) => m.name.toLowerCase().includes(wanted) || m.slug.includes(wanted))
        .map((m) => ({ address: m.address, name: m.name }));
    },
  };
}
