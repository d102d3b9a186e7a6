import { describe, expect, it } from 'vitest';

import { ConfigError, readConfig } from '../src/config/environment.js';
import { redactText, redactUrl } from '../src/config/redact.js';

const DATABASE_URL = 'postgresql://user:secret@localhost:5432/inferscan';

describe('readConfig', () => {
  it('needs nothing but a database on the localnet', () => {
    expect(readConfig({ DATABASE_URL, RPC_URL: '' })).toEqual({
      cluster: 'localnet',
      rpcUrls: ['http://127.0.0.1:8899'],
      wsUrls: ['ws://127.0.0.1:8900/'],
      backfill: 'rpc',
      startAt: 'genesis',
      archive: null,
      databaseUrl: DATABASE_URL,
      ipfsGateways: ['http://127.0.0.1:8901'],
      allowPrivateGateways: true,
      prices: null,
      retention: { eventsDays: null, documentsDays: null, archiveDays: null },
      logLevel: 'info',
    });
  });

  it('makes the address of Helius from its key, and keeps private gateways out of public clusters', () => {
    const config = readConfig({ DATABASE_URL, CLUSTER: 'mainnet', HELIUS_API_KEY: 'abcd-1234-efgh' });
    expect(config).toMatchObject({
      rpcUrls: ['https://mainnet.helius-rpc.com/?api-key=abcd-1234-efgh'],
      wsUrls: ['wss://mainnet.helius-rpc.com/?api-key=abcd-1234-efgh'],
      backfill: 'helius',
      allowPrivateGateways: false,
    });
    expect(config.ipfsGateways.length).toBeGreaterThan(1);
  });

  it('begins with the accounts of now where that is said', () => {
    expect(readConfig({ DATABASE_URL, START_AT: 'now' }).startAt).toBe('now');
    expect(() => readConfig({ DATABASE_URL, START_AT: '12345' })).toThrow(
      'START_AT: expected one of genesis, now',
    );
  });

  it('takes several servers, each once, and the one that a key makes beside them', () => {
    const env = {
      DATABASE_URL,
      CLUSTER: 'devnet',
      RPC_URL: 'https://one.example/a, https://two.example:8899,,https://one.example/a',
    };
    expect(readConfig(env)).toMatchObject({
      rpcUrls: ['https://one.example/a', 'https://two.example:8899'],
      wsUrls: ['wss://one.example/a', 'wss://two.example:8900/'],
      backfill: 'rpc',
    });
    expect(readConfig({ ...env, HELIUS_API_KEY: 'abcd-1234-efgh', BACKFILL: 'rpc' })).toMatchObject({
      rpcUrls: [...readConfig(env).rpcUrls, 'https://devnet.helius-rpc.com/?api-key=abcd-1234-efgh'],
      backfill: 'rpc',
    });
  });

  it('asks for prices only where it is told to', () => {
    const prices = (env: Record<string, string>) => readConfig({ DATABASE_URL, ...env }).prices;
    expect(prices({ PRICE_SOURCE: 'none', PRICE_FILE: 'prices.csv' })).toBeNull();
    expect(prices({ PRICE_SOURCE: 'file', PRICE_FILE: 'prices.csv' })).toEqual({
      source: 'file',
      path: 'prices.csv',
    });
    expect(prices({ PRICE_SOURCE: 'coingecko' })).toEqual({
      source: 'coingecko',
      url: 'https://api.coingecko.com/api/v3',
      coin: 'nosana',
      key: null,
    });
    expect(() => prices({ PRICE_SOURCE: 'file' })).toThrow(/PRICE_FILE: needed/);
    expect(() => prices({ PRICE_SOURCE: 'coingecko', PRICE_URL: 'ftp://prices' })).toThrow(/PRICE_URL/);
  });

  it('keeps an archive only where it is told to', () => {
    expect(readConfig({ DATABASE_URL, ARCHIVE_DIR: '/data/archive' }).archive).toEqual({
      dir: '/data/archive',
      detail: 'compact',
    });
    expect(readConfig({ DATABASE_URL, ARCHIVE_DIR: 'a', ARCHIVE_DETAIL: 'full' }).archive?.detail).toBe(
      'full',
    );
  });

  it('keeps all raw data unless it is told for how many days', () => {
    const retention = (env: Record<string, string>) => readConfig({ DATABASE_URL, ...env }).retention;
    expect(retention({ RETAIN_EVENTS_DAYS: 'all', RETAIN_DOCUMENTS_DAYS: '' })).toEqual({
      eventsDays: null,
      documentsDays: null,
      archiveDays: null,
    });
    expect(
      retention({
        RETAIN_EVENTS_DAYS: '90',
        RETAIN_DOCUMENTS_DAYS: '7',
        RETAIN_ARCHIVE_DAYS: '400',
        ARCHIVE_DIR: 'a',
      }),
    ).toEqual({ eventsDays: 90, documentsDays: 7, archiveDays: 400 });
  });

  it('names every variable that is wrong, and repeats none that may be secret', () => {
    const wrong = {
      CLUSTER: 'moonnet',
      RPC_URL: 'key-secret',
      WS_URL: 'http://x',
      DATABASE_URL: 'mysql://user:secret@host/db',
      LOG_LEVEL: 'loud',
      ALLOW_PRIVATE_GATEWAYS: 'maybe',
    };
    const read = () => readConfig(wrong);
    expect(read).toThrow(ConfigError);
    for (const name of Object.keys(wrong)) expect(read).toThrow(new RegExp(`^${name}: expected`, 'm'));
    expect(read).not.toThrow(/secret/);
  });

  it.each([
    [{}, /DATABASE_URL: needed/],
    [{ DATABASE_URL, CLUSTER: 'mainnet' }, /RPC_URL: needed for mainnet \(or HELIUS_API_KEY\)/],
    [{ DATABASE_URL, IPFS_GATEWAYS: 'http://one, two' }, /IPFS_GATEWAYS: entry 2: expected a URL/],
    [{ DATABASE_URL, RPC_URL: 'https://a.example, ftp://b' }, /RPC_URL: entry 2: expected a URL/],
    [{ DATABASE_URL, RPC_URL: ' , ' }, /RPC_URL: expected at least one URL/],
    [
      { DATABASE_URL, CLUSTER: 'mainnet', RPC_URL: 'https://a.example', BACKFILL: 'helius' },
      /BACKFILL: helius needs/,
    ],
    [{ DATABASE_URL, BACKFILL: 'fast' }, /BACKFILL: expected one of rpc, helius/],
    [{ DATABASE_URL, ARCHIVE_DETAIL: 'some' }, /ARCHIVE_DETAIL: expected one of compact, full/],
    [{ DATABASE_URL, RETAIN_EVENTS_DAYS: '6' }, /RETAIN_EVENTS_DAYS: expected all, or .* 7 at least/],
    [{ DATABASE_URL, RETAIN_EVENTS_DAYS: '36501' }, /RETAIN_EVENTS_DAYS: expected/],
    [{ DATABASE_URL, RETAIN_DOCUMENTS_DAYS: '1.5' }, /RETAIN_DOCUMENTS_DAYS: expected/],
    [{ DATABASE_URL, RETAIN_DOCUMENTS_DAYS: 'forever' }, /RETAIN_DOCUMENTS_DAYS: expected/],
    [{ DATABASE_URL, RETAIN_ARCHIVE_DAYS: '-30', ARCHIVE_DIR: 'a' }, /RETAIN_ARCHIVE_DAYS: expected/],
    [
      { DATABASE_URL, RETAIN_ARCHIVE_DAYS: '30' },
      /RETAIN_ARCHIVE_DAYS: there is no archive without ARCHIVE_DIR/,
    ],
    [{ DATABASE_URL, IPFS_GATEWAYS: ' , ' }, /IPFS_GATEWAYS: expected at least one URL/],
  ])('refuses %o', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });
});

describe('redactUrl', () => {
  it.each([
    ['https://mainnet.helius-rpc.com/?api-key=secret', 'https://mainnet.helius-rpc.com'],
    ['https://x.quiknode.pro/0123456789abcdef0123/', 'https://x.quiknode.pro/***/'],
    ['wss://user:secret@host:1234/rpc#secret', 'wss://host:1234/rpc'],
    ['secret', '(not a URL)'],
  ])('shows %s as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

describe('redactText', () => {
  it.each([
    'https://mainnet.helius-rpc.com/?api-key=se%2Fcret-1',
    'https://x.quiknode.pro/0123456789abcdef0123/',
    'https://user:pass-word@host:1234/rpc',
    'https://host/rpc?sole-value',
  ])('leaves no secret of %s', (url) => {
    const said = `key se/cret-1 (se%2Fcret-1), 0123456789abcdef0123, user:pass-word or sole-value at ${url} is wrong`;
    const shown = redactText(said, url);
    const { username, password, search, pathname } = new URL(url);
    const secrets = [username, password, search.split('=').at(-1)?.replace('?', ''), pathname.split('/')[1]];
    for (const secret of secrets.filter((one) => (one?.length ?? 0) > 3)) expect(shown).not.toContain(secret);
    expect(shown).toMatch(/^key .* is wrong$/);
  });
});
