import { z } from 'zod';

import { fetchJson } from './fetch-json.js';
import { microUsd } from './micro-usd.js';
import { type Price, PriceError, type PriceSource } from './price-source.js';

export interface CoingeckoOptions {
  /** Base of the API, `https://api.coingecko.com/api/v3` or that of a paid plan. */
  readonly url: string;
  /** The coin's id there. */
  readonly coin: string;
  readonly key: string | null;
  /** Milliseconds since the epoch: prices of a later time are refused. */
  readonly now?: () => number;
}

// JSON's numbers are read as their shortest decimal text, which gives back the digits that were sent.
const Usd = z
  .number()
  .transform((value) => microUsd(String(value)))
  .refine((value) => value !== null, 'expected a positive price');
const Latest = z.record(
  z.string(),
  z.looseObject({ usd: Usd, last_updated_at: z.int().positive() }).optional(),
);
const Past = z.looseObject({
  prices: z.array(z.tuple([z.number().positive().max(1e15), z.number().nullable()])).max(100_000),
});

/** A clock there may be ahead of ours by so much. */
const CLOCK_SECONDS = 120n;

/** CoinGecko's API v3: `/simple/price` and `/coins/{id}/market_chart/range`. */
export function createCoingecko({ url, coin, key, now = Date.now }: CoingeckoOptions): PriceSource {
  const base = url.replace(/\/+$/, '');
  const paid = new URL(url).hostname.startsWith('pro-');
  const headers: Readonly<Record<string, string>> =
    key === null ? {} : { [paid ? 'x-cg-pro-api-key' : 'x-cg-demo-api-key']: key };
  const id = encodeURIComponent(coin);
  const inThePast = ({ at }: Price): boolean => at <= BigInt(Math.floor(now() / 1_000)) + CLOCK_SECONDS;

  return {
    name: 'coingecko',

    async latest(signal) {
      const path = `/simple/price?ids=${id}&vs_currencies=usd&include_last_updated_at=true&precision=full`;
      const answer = Latest.safeParse(await fetchJson(base + path, headers, signal));
      const found = answer.data?.[coin];
      if (!found) throw new PriceError(`the answer holds no price of ${coin}`);
      return [{ at: BigInt(found.last_updated_at), usdMicro: found.usd ?? 0n }].filter(inThePast);
    },

    async past(from, to, signal) {
      const path = `/coins/${id}/market_chart/range?vs_currency=usd&from=${from}&to=${to}&precision=full`;
      const answer = Past.safeParse(await fetchJson(base + path, headers, signal));
      if (!answer.success) throw new PriceError('the answer is no list of prices');
      return answer.data.prices
        .flatMap(([milliseconds, usd]) => {
          // Gaps come as null or 0: they say nothing.
          const usdMicro = usd === null ? null : microUsd(String(usd));
          return usdMicro === null ? [] : [{ at: BigInt(Math.floor(milliseconds / 1_000)), usdMicro }];
        })
        .filter((price) => price.at >= from && price.at < to && inThePast(price));
    },
  };
}
