import { createSolanaRpc, createSolanaRpcSubscriptions } from '@solana/kit';
import { Connection } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { idle } from './idle.js';

/** Ports that the system does not hand out by itself. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

describe('clients that derive the address of the websockets from that of the RPC', () => {
  let test: TestNet;

  beforeAll(async () => {
    test = await startOnNeighbours();
  });
  afterAll(() => test.stop());

  it('@solana/web3.js 1.x takes the next port', async () => {
    const connection = new Connection(test.net.url, 'confirmed');
    const slots: number[] = [];
    const id = connection.onSlotChange(({ slot }) => slots.push(slot));
    await until('two slots', async () => slots.length >= 2);
    await connection.removeSlotChangeListener(id);
    await idle(connection);
  });

  it('others take the same port', async () => {
    const ending = new AbortController();
    const pending = createSolanaRpcSubscriptions(test.net.url.replace('http', 'ws')).slotNotifications();
    const slots = await pending.subscribe({ abortSignal: ending.signal });
    const [newest] = await Promise.all([first(slots), createSolanaRpc(test.net.url).getSlot().send()]);
    expect(newest.slot).toBe(newest.parent + 1n);
    ending.abort();
  });
});

/** Starts a localnet on a port whose neighbour is free too. */
async function startOnNeighbours(): Promise<TestNet> {
  return until('two ports side by side', async () => {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    try {
      return await startTestNet({ port });
    } catch (error) {
      if (!String(error).includes('is taken')) throw error;
      return null;
    }
  });
}

async function first<T>(values: AsyncIterable<T>): Promise<T> {
  for await (const value of values) return value;
  throw new Error('there was none');
}
