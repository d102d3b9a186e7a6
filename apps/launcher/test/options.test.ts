import { describe, expect, test } from 'vitest';
import { type Options, parseOptions } from '../src/options.js';

const run = (argv: string[], env: Record<string, string> = {}) => parseOptions(argv, env, '/root-of-clone');
const optionsOf = (argv: string[], env: Record<string, string> = {}): Options => {
  const parsed = run(argv, env);
  if (parsed.kind !== 'run') throw new Error(`expected options, got ${JSON.stringify(parsed)}`);
  return parsed.options;
};

test('nothing given means the localnet with three workers in .data', () => {
  expect(optionsOf([])).toMatchObject({
    cluster: 'localnet',
    dataDir: '/root-of-clone/.data',
    webPort: null,
    rpcPort: null,
    workers: 3,
    demoInterval: 8,
    databaseUrl: null,
    remote: null,
  });
});

test('the command line wins over the environment, blank variables count as unset', () => {
  const options = optionsOf(['--port', '4000'], {
    PORT: '5000',
    DATABASE_URL: '',
    INFERSCAN_DATA: 'elsewhere',
  });
  expect(options).toMatchObject({ webPort: 4000, databaseUrl: null, dataDir: '/root-of-clone/elsewhere' });
});

describe('the real networks', () => {
  test('need an RPC, and say so', () => {
    expect(run(['--cluster', 'mainnet'])).toEqual({
      kind: 'error',
      lines: [expect.stringContaining('set HELIUS_API_KEY, or RPC_URL')],
    });
  });
  test('take a Helius key or RPC addresses, and tell browsers neither', () => {
    expect(optionsOf(['--cluster', 'mainnet'], { HELIUS_API_KEY: 'abc-1' }).remote).toEqual({
      rpcUrls: ['https://mainnet.helius-rpc.com/?api-key=abc-1'],
      wsUrls: [],
      publicRpcUrl: 'https://api.mainnet-beta.solana.com',
    });
    const environment = {
      RPC_URL: 'https://rpc.example/secret, https://other.example,',
      WS_URL: 'wss://rpc.example/secret',
      HELIUS_API_KEY: 'abc-1',
    };
    expect(optionsOf(['--cluster', 'devnet'], environment).remote).toEqual({
      rpcUrls: [
        'https://rpc.example/secret',
        'https://other.example',
        'https://devnet.helius-rpc.com/?api-key=abc-1',
      ],
      wsUrls: ['wss://rpc.example/secret'],
      publicRpcUrl: 'https://api.devnet.solana.com',
    });
  });
  test('take another address for browsers', () => {
    const environment = { RPC_URL: 'https://rpc.example', PUBLIC_RPC_URL: 'https://open.example' };
    expect(optionsOf(['--cluster', 'devnet'], environment).remote?.publicRpcUrl).toBe('https://open.example');
  });
});

test.each([
  [['--cluster', 'testnet'], {}, '--cluster must be one of localnet, devnet, mainnet'],
  [['--port', '0'], {}, '--port must be from 1 to 65535'],
  [['--port', 'web'], {}, '--port must be a whole number from 1 to 65535'],
  [['--workers', '17'], {}, '--workers must be from 0 to 16'],
  [[], { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a postgres or postgresql address'],
  [[], { IPFS_GATEWAYS: 'ftp://x' }, 'IPFS_GATEWAYS must be a http or https address'],
  [['--cluster', 'devnet'], { RPC_URL: 'https://x, ftp://x' }, 'RPC_URL must be a http or https address'],
  [['--cluster', 'devnet'], { PUBLIC_RPC_URL: 'x' }, 'PUBLIC_RPC_URL must be a http or https address'],
  [['--nonsense'], {}, "Unknown option '--nonsense'"],
])('%j %j is refused with a line that names it', (argv, env, line) => {
  expect(run(argv, env)).toEqual({ kind: 'error', lines: [expect.stringContaining(line)] });
});
