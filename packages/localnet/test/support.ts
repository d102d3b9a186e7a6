import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLocalnet, type Localnet, type LocalnetOptions } from '../src/index.js';

/** A localnet in a folder of its own. */
export interface TestNet {
  readonly net: Localnet;
  readonly dataDir: string;
  /** Calls a method and returns the whole JSON-RPC answer. */
  rpc(method: string, params?: unknown[]): Promise<RpcAnswer>;
  /** Stops the localnet and removes its folder. */
  stop(): Promise<void>;
}

export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

export async function startTestNet(options: Partial<LocalnetOptions> = {}): Promise<TestNet> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'localnet-')));
  const net = await createLocalnet({ port: 0, slotMs: 50, ...options, dataDir });
  return {
    net,
    dataDir,
    rpc: (method, params = []) => callRpc(net.url, method, params),
    async stop() {
      await net.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function callRpc(url: string, method: string, params: unknown[] = []): Promise<RpcAnswer> {
  const text = await post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  return JSON.parse(text) as RpcAnswer;
}

export async function post(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  return response.text();
}

/** Repeats `probe` until it gives something. */
export async function until<T>(what: string, probe: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited 20 s in vain for: ${what}`);
    await delay(10);
  }
}
