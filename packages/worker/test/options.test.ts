import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { clusterOf } from '../src/chain/network.js';
import { UsageError } from '../src/command/command.js';
import { parseStart } from '../src/options.js';

const some = 'GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh';
const other = 'So11111111111111111111111111111111111111112';
const full = [
  ...['--keypair', 'k.json'],
  ...['--market', some],
  ...['--rpc', 'http://127.0.0.1:8899'],
  ...['--pinning', 'http://127.0.0.1:8901'],
  ...['--gateway', 'http://127.0.0.1:8901'],
];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-options-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function configFile(name: string, content: unknown): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the command line of start', () => {
  it('settles what is left out', () => {
    expect(parseStart(full)).toMatchObject({
      wsUrl: 'ws://127.0.0.1:8900/',
      allowPrivate: true,
      pollMs: 2000,
      providers: ['cpu'],
    });
    expect(parseStart([...full, '--provider', 'webgpu', '--provider', 'cpu'])).toMatchObject({
      providers: ['webgpu', 'cpu'],
    });
    expect(parseStart([...full, '--market', other, '--market', some, '--min-price', '0.25'])).toMatchObject({
      markets: [some, other],
      minPerHour: 250_000n,
    });
    expect(parseStart(full.with(-1, 'https://gateway.example'))).toMatchObject({ allowPrivate: false });
    expect(parseStart([...full, '--endpoint-port', '8080', '--core-watts', '7.5'])).toMatchObject({
      endpointHost: '127.0.0.1',
      endpointPort: 8080,
      coreWatts: 7.5,
      metricsPort: undefined,
    });
  });

  it.each([
    [[], /--keypair is missing\n--market is missing\n--rpc is missing/],
    [['now', ...full], /options only, got "now"/],
    [full.slice(0, -2), /--gateway is missing/],
    [full.with(3, 'nonsense'), /--market\[0\] must be a base58 address, got "nonsense"/],
    [full.with(5, 'ftp://x'), /--rpc must be a URL with http:\/\/ or https:\/\/, got "ftp:\/\/x"/],
    [full.with(9, 'nowhere'), /--gateway\[0\] must be a URL/],
    [[...full, '--threads', '0'], /--threads must be a whole number from 1 to 256, or auto, got 0/],
    [[...full, '--threads', '1.5'], /--threads must be a whole number/],
    [[...full, '--engine', 'openai'], /--engine openai and --engine-url go together/],
    [[...full, '--engine-url', 'http://127.0.0.1:8000'], /go together/],
    [[...full, '--metrics-port', '80.5'], /--metrics-port must be a port from 0 to 65535, got 80.5/],
    [[...full, '--poll-seconds', ''], /--poll-seconds must be a number from 0.05 to 600, got ""/],
    [
      [...full, '--country', 'Germany'],
      /--country must be two letters of ISO 3166, such as DE, got "Germany"/,
    ],
    [[...full, '--log-level', 'loud'], /--log-level must be one of debug, info, warn, error, got "loud"/],
    [[...full, '--nonsense'], /--nonsense/],
  ])('refuses %j', (argv, message) => {
    expect(() => parseStart(argv)).toThrow(UsageError);
    expect(() => parseStart(argv)).toThrow(message);
  });
});

describe('the configuration file', () => {
  it('holds any setting, and the command line counts where both speak', async () => {
    const file = await configFile('good.json', {
      keypair: 'other.json',
      threads: 4,
      'allow-private': true,
      gateway: ['https://one.example', 'https://two.example'],
    });
    const fromBoth = parseStart([...full.slice(0, -2), '--config', file]);
    expect(fromBoth).toMatchObject({
      keypair: 'k.json',
      threads: 4,
      allowPrivate: true,
      gateways: ['https://one.example', 'https://two.example'],
    });
  });

  it.each([
    [{ threads: '4' }, /wrong\.json: threads must be a whole number from 1 to 256, or auto, got "4"/],
    [{ gateway: 'https://one.example' }, /wrong\.json: gateway must be a list of URLs, got "https/],
    [{ gateway: ['x', 'https://y.example'] }, /wrong\.json: gateway\[0\] must be a URL with/],
    [{ thread: 4 }, /wrong\.json: thread is no setting; there are keypair, market,/],
    [[1], /must hold a JSON object/],
    ['{', /--config \S+wrong\.json cannot be read: /],
  ])('says where %j is wrong', async (content, message) => {
    const file = await configFile('wrong.json', content);
    expect(() => parseStart([...full.slice(0, -2), '--config', file])).toThrow(message);
  });

  it('has to be there', () => {
    expect(() => parseStart(['--config', '/nowhere/at.json'])).toThrow(/--config \/nowhere\/at\.json cannot/);
  });
});

describe('the name of a chain', () => {
  it('is told by its genesis, not by the programs on it', () => {
    expect(clusterOf('5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d')).toBe('mainnet');
    expect(clusterOf('EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG')).toBe('devnet');
    expect(clusterOf(some)).toBe('localnet');
  });
});
