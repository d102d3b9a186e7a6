import { once } from 'node:events';
import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { expect, it } from 'vitest';
import { openSocket } from '../socket.js';
import { startTestNet, until } from '../support.js';
import { createWallet } from '../wallet.js';

const TRY_AGAIN_LATER = 1013;
const MEBIBYTE = 1_048_576;

it('cuts off a websocket client that does not read, tells it why, and serves the others on', async () => {
  /** What lay unread when the client was cut off. */
  const unread: number[] = [];
  const test = await startTestNet({
    slotMs: 20,
    log: (_level, message, fields) => {
      if (message === 'dropped a websocket client that does not read') unread.push(Number(fields?.unread));
    },
  });
  try {
    const wallet = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [wallet.key.address, 1_000_000_000]);
    const lazy = await openSocket(test.net.wsUrl);
    const eager = await openSocket(test.net.wsUrl);
    const subscribe = () => lazy.subscribe('logsSubscribe', ['all', { commitment: 'processed' }]);
    await Promise.all(Array.from({ length: 1_000 }, subscribe));
    const closed = once(lazy.raw, 'close');
    lazy.raw.pause();

    let amount = 0n;
    const to = wallet.key.address;
    const pay = async (): Promise<void> => {
      amount += 1n;
      const transfer = getTransferSolInstruction({ source: wallet.key, destination: to, amount });
      await wallet.submit(await wallet.sign([transfer]), { skipPreflight: true });
    };
    await until('the client to be dropped', async () => {
      await pay();
      return unread.length > 0;
    });
    for (let more = 0; more < 5; more += 1) await pay();
    // It is dropped once, at the limit: what comes after that is not kept for it.
    expect(unread).toHaveLength(1);
    expect(unread[0]).toBeGreaterThan(8 * MEBIBYTE);
    expect(unread[0]).toBeLessThan(9 * MEBIBYTE);

    lazy.raw.resume();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([TRY_AGAIN_LATER, 'too slow: messages were left unread']);
    const id = await eager.subscribe('slotSubscribe');
    expect(await eager.wait(id)).not.toHaveLength(0);
    eager.close();
  } finally {
    await test.stop();
  }
});
