import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCoingecko } from '../../src/price/coingecko.js';
import { microUsd } from '../../src/price/micro-usd.js';
import { createPriceFile, parsePrices } from '../../src/price/price-file.js';
import { PriceError } from '../../src/price/price-source.js';
import { type FakePriceServer, json, startFakePriceServer } from './fake-price-server.js';

const NOW = 1_795_000_000;
const never = new AbortController().signal;

describe('micro-USD of decimal text', () => {
  it.each([
    ['1', 1_000_000n],
    ['0.35', 350_000n],
    ['0.3521987', 352_199n],
    ['0.0000005', 1n],
    ['3.5e-1', 350_000n],
    ['1.5E2', 150_000_000n],
    ['2.', 2_000_000n],
  ])('%s', (text, expected) => expect(microUsd(text)).toBe(expected));

  it.each(['', '0', '-1', '0.0000004', 'NaN', 'Infinity', '1,5', '0x10', '1e13', '1e-99', '1.2.3', 'null'])(
    'is none of %j',
    (text) => expect(microUsd(text)).toBeNull(),
  );

  it('keeps every digit of whole micro-USD', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (value) => {
        const text = value.toString().padStart(7, '0');
        expect(microUsd(`${text.slice(0, -6)}.${text.slice(-6)}`)).toBe(value);
      }),
    );
  });
});

describe('CoinGecko', () => {
  let server: FakePriceServer;
  beforeEach(async () => {
    server = await startFakePriceServer();
  });
  afterEach(() => server.close());
  const source = (key: string | null = null) =>
    createCoingecko({ url: server.url, coin: 'nosana', key, now: () => NOW * 1_000 });

  it('gives its last price, with the time that it says', async () => {
    server.answer = json({ nosana: { usd: 0.3521987, last_updated_at: NOW - 40 } });
    expect(await source('demo-key-1').latest(never)).toEqual([{ at: BigInt(NOW - 40), usdMicro: 352_199n }]);
    const [request] = server.asked;
    expect(new URL(request?.path ?? '', server.url).searchParams.get('ids')).toBe('nosana');
    expect(request?.headers['x-cg-demo-api-key']).toBe('demo-key-1');
  });

  it('gives past prices in the range, without gaps and without the future', async () => {
    const at = (seconds: number): number => (NOW + seconds) * 1_000 + 437;
    server.answer = json({
      prices: [
        [at(-9_000), 0.1],
        [at(-3_600), 0.2],
        [at(-3_000), null],
        [at(-2_500), 0],
        [at(-2_000), 1e-7],
        [at(-1_000), 0.25],
        [at(5_000), 0.3],
      ],
      market_caps: [],
    });
    const from = BigInt(NOW - 4_000);
    expect(await source().past?.(from, BigInt(NOW + 10_000), never)).toEqual([
      { at: BigInt(NOW - 3_600), usdMicro: 200_000n },
      { at: BigInt(NOW - 1_000), usdMicro: 250_000n },
    ]);
    expect(server.asked[0]?.path).toContain(`/coins/nosana/market_chart/range?vs_currency=usd&from=${from}`);
  });

  it.each<[string, FakePriceServer['answer'], RegExp, boolean]>([
    ['no price', json({}), /no price of nosana/, false],
    ['a negative price', json({ nosana: { usd: -1, last_updated_at: NOW } }), /no price/, false],
    ['text', (_, response) => response.end('<html>'), /not answer with JSON/, false],
    ['too much', (_, response) => response.end('1'.repeat(3_000_000)), /more than 2097152 bytes/, false],
    ['too many questions', (_, response) => response.writeHead(429).end(), /status 429/, false],
    ['a plan that is too small', (_, response) => response.writeHead(401).end(), /status 401/, true],
    ['nothing', (_, response) => response.destroy(), /cannot be reached/, false],
  ])('is not believed when it answers with %s', async (_, answer, message, refused) => {
    server.answer = answer;
    const error = await source()
      .latest(never)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PriceError);
    expect(error).toMatchObject({ message: expect.stringMatching(message), refused });
  });

  it('leads nobody elsewhere', async () => {
    server.answer = (_, response) => response.writeHead(302, { location: `${server.url}/secret` }).end();
    await expect(source().latest(never)).rejects.toThrow(/redirects, which is not followed/);
    expect(server.asked).toHaveLength(1);
  });

  it('keeps the key out of what it reports', async () => {
    await server.close();
    const keyed = createCoingecko({ url: `${server.url}?key=very-secret-key`, coin: 'nosana', key: null });
    const error = await keyed.latest(never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PriceError);
    expect(String(error)).not.toContain('very-secret-key');
  });
});

describe('a file of prices', () => {
  it('is CSV, with or without a header, or JSON', () => {
    const expected = [
      { at: 1_761_955_200n, usdMicro: 350_000n },
      { at: 1_761_955_260n, usdMicro: 351_000n },
    ];
    expect(parsePrices('at,usd\n1761955200,0.35\r\n2025-11-01T00:01:00Z, 0.351\n')).toEqual(expected);
    expect(parsePrices('1761955200,0.35\n1761955260,0.351')).toEqual(expected);
    expect(
      parsePrices('[{"at":1761955200,"usd":"0.35"},{"at":"2025-11-01T01:01:00+01:00","usd":"0.351"}]'),
    ).toEqual(expected);
  });

  it.each([
    ['1761955200,0.35\nyesterday,0.35', /line 2: "yesterday" is no time/],
    ['2025-11-01T00:00:00,0.35', /no time/],
    ['1761955200,free', /line 1: "free" is no price/],
    ['1761955200,0.35,USD', /more than two fields/],
    ['[{"at":1761955200,"usd":0.35}]', /usd/],
    ['[', /no JSON/],
  ])('is taken whole or not at all: %j', (text, message) => expect(() => parsePrices(text)).toThrow(message));

  it('is read again when it changes, and only then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inferscan-prices-'));
    try {
      const path = join(folder, 'prices.csv');
      const source = createPriceFile(path);
      await expect(source.latest(never)).rejects.toThrow(PriceError);
      await writeFile(path, '1761955200,0.35\n');
      expect(await source.latest(never)).toHaveLength(1);
      expect(await source.latest(never)).toEqual([]);
      await writeFile(path, '1761955200,0.36\n');
      await utimes(path, new Date(), new Date(Date.now() + 5_000));
      expect(await source.latest(never)).toEqual([{ at: 1_761_955_200n, usdMicro: 360_000n }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
