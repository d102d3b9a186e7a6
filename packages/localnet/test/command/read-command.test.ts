import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../src/command/options.js';
import { UsageError } from '../../src/command/usage-error.js';
import type { LocalnetOptions } from '../../src/options.js';

const WALLET = 'Xw3yuLfrdT1KJ4jafGb65HsoMHHQQKp9wUkxf8T6N33';
const ACCOUNT = {
  pubkey: WALLET,
  account: {
    lamports: 1_461_600,
    data: ['AQID', 'base64'],
    owner: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    executable: false,
    rentEpoch: 18446744073709551615n.toString(),
    space: 3,
  },
};

describe('the command line', () => {
  let folder: string;
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const options = async (...argv: string[]): Promise<LocalnetOptions> => {
    const command = await readCommand(argv, {});
    if (command.kind !== 'run') throw new Error('help');
    return command.options;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'command-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has defaults for everything', async () => {
    expect(await options()).toEqual({
      port: 8899,
      contentPort: 8180,
      control: false,
      programs: new Map(),
      accounts: new Map(),
      airdrops: [],
    });
    expect(await options('--port', '0')).toMatchObject({ port: 0, contentPort: 0 });
    expect(await options('--no-content')).toMatchObject({ contentPort: null });
    expect(await readCommand(['--help'], {})).toEqual({ kind: 'help' });
  });

  it('reads programs, accounts and airdrops', async () => {
    const program = await file('program.so', 'elf');
    const account = await file('account.json', JSON.stringify(ACCOUNT));
    const read = await options(
      ...['--program', `${WALLET}=${program}`],
      ...['--account', account],
      ...['--airdrop', `${WALLET}=10,0.5`, '--airdrop', `${WALLET}=0.000000001`],
    );
    expect(read.programs?.get(WALLET)).toEqual(new Uint8Array(Buffer.from('elf')));
    expect(read.accounts?.get(WALLET)).toMatchObject({
      lamports: 1_461_600n,
      owner: ACCOUNT.account.owner,
      data: new Uint8Array([1, 2, 3]),
      executable: false,
    });
    expect(read.airdrops).toEqual([
      { to: WALLET, lamports: 10_000_000_000n, nos: 500_000n },
      { to: WALLET, lamports: 1n, nos: 0n },
    ]);
  });

  it('takes amounts to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 10n ** 18n), fc.bigInt(0n, 10n ** 15n), async (lamports, nos) => {
        const decimal = (value: bigint, places: number): string => {
          const digits = value.toString().padStart(places + 1, '0');
          return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        };
        const { airdrops } = await options(
          '--airdrop',
          `${WALLET}=${decimal(lamports, 9)},${decimal(nos, 6)}`,
        );
        expect(airdrops).toEqual([{ to: WALLET, lamports, nos }]);
      }),
    );
  });

  it.each([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
    [['--port', '1e3'], '--port must be a whole number'],
    [['--slot-ms', '9'], '--slot-ms must be a whole number from 10 to 60000'],
    [['--content-port', 'x'], '--content-port must be a whole number'],
    [['--no-content', '--content-port', '1'], 'exclude each other'],
    [['--reset'], '--reset needs --data DIR'],
    [['--host', '0.0.0.0'], 'STORAGE_TOKEN'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['stray'], 'stray'],
    [['--program', 'x=y.so'], '--program takes ADDRESS=FILE.so with an address in base58, not "x=y.so"'],
    [['--program', `${WALLET}=`], '--program takes ADDRESS=FILE.so'],
    [['--program', `${WALLET}=/missing.so`], '/missing.so cannot be read'],
    [['--account', '/missing.json'], '--account: /missing.json'],
    [['--airdrop', `${WALLET}`], '--airdrop takes ADDRESS=SOL,NOS'],
    [['--airdrop', `${WALLET}=`], '--airdrop takes'],
    [['--airdrop', `${WALLET}=1,2,3`], '--airdrop takes'],
    [['--airdrop', `${WALLET}=-1`], '--airdrop takes'],
    [['--airdrop', `${WALLET}=1.0000000001`], 'at most 9 and 6 decimals'],
    [['--airdrop', `${WALLET}=1,1.0000001`], 'at most 9 and 6 decimals'],
    [['--airdrop', 'nobody=1'], '--airdrop takes'],
  ])('refuses %j', async (argv, message) => {
    await expect(readCommand(argv, {})).rejects.toThrow(UsageError);
    await expect(readCommand(argv, {})).rejects.toThrow(message);
  });

  it('lets the content store out with a token', async () => {
    expect(await readCommand(['--host', '0.0.0.0'], { STORAGE_TOKEN: 'secret' })).toMatchObject({
      options: { host: '0.0.0.0', contentPort: 8180, contentToken: 'secret' },
    });
  });

  it.each([
    ['no JSON', 'lamports', 'it is not JSON'],
    ['no account', '{}', 'pubkey'],
    ['no address', JSON.stringify({ ...ACCOUNT, pubkey: 'x' }), 'pubkey'],
    [
      'another encoding',
      JSON.stringify({ ...ACCOUNT, account: { ...ACCOUNT.account, data: ['', 'jsonParsed'] } }),
      'account.data.1',
    ],
    [
      'broken base64',
      JSON.stringify({ ...ACCOUNT, account: { ...ACCOUNT.account, data: ['&', 'base64'] } }),
      'invalid base64',
    ],
    [
      'no lamports',
      JSON.stringify({ ...ACCOUNT, account: { ...ACCOUNT.account, lamports: 0 } }),
      'account.lamports',
    ],
  ])('refuses an account file with %s', async (_what, content, message) => {
    const path = await file('bad.json', content);
    await expect(options('--account', path)).rejects.toThrow(path);
    await expect(options('--account', path)).rejects.toThrow(message);
  });
});
