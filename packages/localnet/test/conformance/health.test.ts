import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPairSigner } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { startTestNet, until } from '../support.js';
import { createWallet } from '../wallet.js';
import { PROGRAM } from './account-data.js';

const unhealthy = { code: -32005, message: 'Node is unhealthy', data: { numSlotsBehind: null } };

describe('a localnet that cannot write its blocks', () => {
  it('says so, and takes no more transactions', async () => {
    const test = await startTestNet({ control: true });
    try {
      const key = await generateKeyPairSigner();
      const payer = createWallet(test, key);
      await test.rpc('requestAirdrop', [key.address, 1_000_000_000]);
      const wire = await payer.sign([]);
      expect((await test.rpc('getHealth')).result).toBe('ok');
      expect((await fetch(`${test.net.url}/health`)).status).toBe(200);

      // Whatever does not fit into the open file needs another one, and there is no folder any more to put it into.
      await rm(join(test.dataDir, 'chain'), { recursive: true });
      const data = [Buffer.alloc(700_000, 1).toString('base64'), 'base64'];
      const { address } = await generateKeyPairSigner();
      await until('the localnet to notice', async () => {
        await test.rpc('localnet_setAccount', [address, { lamports: 1, owner: PROGRAM, data }]);
        return (await test.rpc('getHealth')).error !== undefined;
      });

      expect((await test.rpc('getHealth')).error).toEqual(unhealthy);
      expect((await payer.submit(wire)).error).toEqual(unhealthy);
      const response = await fetch(`${test.net.url}/health`);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({ status: 'failed', reason: expect.any(String) });
      // What is known can still be read.
      expect((await test.rpc('getBalance', [key.address, { commitment: 'processed' }])).result).toMatchObject(
        {
          value: 1_000_000_000,
        },
      );
      // Nobody looks at the health of a node that is told not to look at the transaction.
      expect((await payer.submit(wire, { skipPreflight: true })).error).toBeUndefined();
    } finally {
      await test.stop();
    }
  });
});
