import { describe, expect, it } from 'vitest';

import { ConfigError, readConfig } from '../src/config/environment.js';
import { redactUrl } from '../src/config/redact.js';

const DATABASE_URL = 'postgresql://user:secret@localhost:5432/inferscan';

describe('readConfig', () => {
  it('needs nothing but a database on the localnet', () => {
    expect(readConfig({ DATABASE_URL, RPC_URL: '' })).toEqual({
      cluster: 'localnet',
      rpcUrl: 'http://127.0.0.1:8899',
      wsUrl: 'ws://127.0.0.1:8900/',
      databaseUrl: DATABASE_URL,
      ipfsGateways: ['http://127.0.0.1:8901'],
      allowPrivateGateways: true,
      logLevel: 'info',
    });
  });

  it('makes the address of Helius from its key, and keeps private gateways out of public clusters', () => {
    const config = readConfig({ DATABASE_URL, CLUSTER: 'mainnet', HELIUS_API_KEY: 'abcd-1234-efgh' });
    expect(config).toMatchObject({
      rpcUrl: 'https://mainnet.helius-rpc.com/?api-key=abcd-1234-efgh',
      wsUrl: 'wss://mainnet.helius-rpc.com/?api-key=abcd-1234-efgh',
      allowPrivateGateways: false,
    });
    expect(config.ipfsGateways.length).toBeGreaterThan(1);
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
