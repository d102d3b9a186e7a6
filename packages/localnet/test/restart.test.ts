import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { knownMarkets } from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callRpc, post, startTestNet, until } from './support.js';
import { createWallet } from './wallet.js';

// The command runs as it is shipped: `npm run build` comes before the tests.
const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
}

describe('restart', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'localnet-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await end(child, 'SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  const run = (...args: string[]): { child: ChildProcess; output: () => string } => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      text += String(chunk);
    });
    return { child, output: () => text };
  };
  const start = async (): Promise<Running> => {
    const { child, output } = run('--data', dataDir, '--port', '0', '--slot-ms', '30');
    const url = await until(
      'the ready line',
      async () => /localnet ready rpc=(\S+) ws=ws:/.exec(output())?.[1],
    );
    return { child, url, output };
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };

  /** What a client can see of the chain, apart from what changes by itself. */
  const observe = async (url: string, address: string, signature: string) => ({
    genesis: (await callRpc(url, 'getGenesisHash')).result,
    balance: (
      (await callRpc(url, 'getBalance', [address, { commitment: 'confirmed' }])).result as { value: number }
    ).value,
    transaction: (
      await callRpc(url, 'getTransaction', [
        signature,
        { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
      ])
    ).result,
    history: (
      (await callRpc(url, 'getSignaturesForAddress', [address, { commitment: 'confirmed' }])).result as {
        signature: string;
      }[]
    ).map((entry) => entry.signature),
    markets: (
      (await callRpc(url, 'getMultipleAccounts', [knownMarkets('localnet').map((market) => market.address)]))
        .result as { value: unknown }
    ).value,
  });

  const use = async (url: string) => {
    const rpc = (method: string, params?: unknown[]) => callRpc(url, method, params);
    const wallet = createWallet({ rpc }, await generateKeyPairSigner());
    const stake = { amount: '1000000', durationSeconds: 14 * 86_400 };
    const body = { address: wallet.key.address, lamports: '1000000000', stake };
    const granted = JSON.parse(await post(`${url}/faucet`, JSON.stringify(body))) as {
      stake: { address: string };
    };
    const transfer = getTransferSolInstruction({
      source: wallet.key,
      destination: wallet.key.address,
      amount: 1n,
    });
    const wire = await wallet.sign([transfer]);
    const signature = await wallet.send([transfer]);
    return { wallet, wire, signature, stake: granted.stake.address };
  };

  it('continues where it was closed', async () => {
    const first = await startTestNet({ dataDir });
    const { wallet, signature, stake } = await use(first.net.url);
    const before = await observe(first.net.url, wallet.key.address, signature);
    const { result: slot } = await first.rpc('getSlot', [{ commitment: 'confirmed' }]);
    await first.net.close();

    const second = await startTestNet({ dataDir });
    expect(await observe(second.net.url, wallet.key.address, signature)).toEqual(before);
    expect(Number((await second.rpc('getSlot', [{ commitment: 'confirmed' }])).result)).toBeGreaterThan(
      Number(slot),
    );
    const { result: statuses } = await second.rpc('getSignatureStatuses', [[signature]]);
    expect(statuses).toMatchObject({ value: [{ err: null, status: { Ok: null } }] });
    // The stake was put in place without a transaction, and is kept all the same.
    expect((await second.rpc('getAccountInfo', [stake])).result).toMatchObject({ value: { space: 120 } });
    // Markets are opened once, not at every start.
    const [market] = knownMarkets('localnet');
    const { result: history } = await second.rpc('getSignaturesForAddress', [
      market?.address,
      { commitment: 'confirmed' },
    ]);
    expect(history).toHaveLength(1);
    await second.net.close();
  });

  it('knows after a restart which transactions it has processed', async () => {
    const first = await startTestNet({ dataDir, slotMs: 400 });
    const rpc = first.rpc;
    const wallet = createWallet({ rpc }, await generateKeyPairSigner());
    await rpc('requestAirdrop', [wallet.key.address, 1_000_000_000]);
    const wire = await wallet.sign([
      getTransferSolInstruction({ source: wallet.key, destination: wallet.key.address, amount: 1n }),
    ]);
    expect((await wallet.submit(wire)).error).toBeUndefined();
    await first.net.close();

    const second = await startTestNet({ dataDir });
    const again = await second.rpc('sendTransaction', [wire, { encoding: 'base64' }]);
    expect(again.error).toMatchObject({ data: { err: 'AlreadyProcessed' } });
    await second.net.close();
  });

  it('loses nothing that was confirmed to kill -9', async () => {
    const first = await start();
    const { wallet, signature } = await use(first.url);
    const before = await observe(first.url, wallet.key.address, signature);
    await end(first.child, 'SIGKILL');

    const second = await start();
    expect(await observe(second.url, wallet.key.address, signature)).toEqual(before);
    await end(second.child, 'SIGTERM');
    expect(second.child.exitCode).toBe(0);
  });

  it('lets only one process have a data folder', async () => {
    await start();
    const { child, output } = run('--data', dataDir, '--port', '0');
    await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    expect(output()).toContain('Another process is using the localnet data');
  });

  it('says when a port is taken and what its options are', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const bound = blocker.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const taken = run('--data', dataDir, '--port', String(port));
    await once(taken.child, 'exit');
    blocker.close();
    expect(taken.child.exitCode).toBe(1);
    expect(taken.output()).toContain(`${port} for JSON-RPC: it is taken by another program`);

    const help = run('--help');
    await once(help.child, 'exit');
    expect(help.output()).toContain('--slot-ms');
    const wrong = run('--data', dataDir, '--port', 'many');
    await once(wrong.child, 'exit');
    expect(wrong.child.exitCode).toBe(2);
    expect(wrong.output()).toContain('--port must be a whole number');
  });
});
