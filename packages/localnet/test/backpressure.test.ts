import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { expect, it } from 'vitest';
import { openSocket } from './socket.js';
import { startTestNet, until } from './support.js';
import { createWallet } from './wallet.js';

it('cuts off a websocket client that does not read, and serves the others on', async () => {
  const logged: string[] = [];
  const test = await startTestNet({ slotMs: 20, log: (_level, message) => logged.push(message) });
  try {
    const wallet = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [wallet.key.address, 1_000_000_000]);
    const lazy = await openSocket(test.net.wsUrl);
    const eager = await openSocket(test.net.wsUrl);
    const subscribe = () => lazy.subscribe('logsSubscribe', ['all', { commitment: 'processed' }]);
    await Promise.all(Array.from({ length: 1_000 }, subscribe));
    lazy.raw.pause();

    let amount = 0n;
    await until('the client to be dropped', async () => {
      amount += 1n;
      const to = wallet.key.address;
      const transfer = getTransferSolInstruction({ source: wallet.key, destination: to, amount });
      await wallet.submit(await wallet.sign([transfer]));
      return logged.includes('dropped a websocket client that does not read');
    });
    const id = await eager.subscribe('slotSubscribe');
    expect(await eager.wait(id)).toHaveLength(1);
    lazy.close();
    eager.close();
  } finally {
    await test.stop();
  }
});
