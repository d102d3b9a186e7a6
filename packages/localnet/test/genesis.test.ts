import { knownMarkets, networkConfig } from '@inferscan/protocol';
import { getMarketAccountDecoder } from '@nosana/jobs-program';
import { createSolanaRpc, type Rpc, type SolanaRpcApi } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GENESIS_MARKETS } from '../src/index.js';
import { startTestNet, type TestNet } from './support.js';

describe('genesis', () => {
  let test: TestNet;
  let rpc: Rpc<SolanaRpcApi>;
  beforeAll(async () => {
    test = await startTestNet();
    rpc = createSolanaRpc(test.net.url);
  });
  afterAll(() => test.stop());

  it('opens the markets that the protocol package knows, at its addresses and under its names', async () => {
    const known = knownMarkets('localnet');
    expect(known.map(({ slug, name }) => ({ slug, name }))).toEqual(
      GENESIS_MARKETS.map(({ slug, name }) => ({ slug, name })),
    );
    const addresses = known.map((market) => market.address);
    const { value } = await rpc.getMultipleAccounts(addresses, { encoding: 'base64' }).send();
    value.forEach((account, index) => {
      const market = getMarketAccountDecoder().decode(Buffer.from(account?.data[0] ?? '', 'base64'));
      expect(market).toMatchObject({ ...GENESIS_MARKETS[index]?.terms });
      expect(market.nodeAccessKey).toBe('11111111111111111111111111111111');
    });
    expect(value).toHaveLength(GENESIS_MARKETS.length);
  });

  it('opened each of them by a transaction that anyone can read', async () => {
    for (const { address } of knownMarkets('localnet')) {
      const history = await rpc.getSignaturesForAddress(address, { commitment: 'confirmed' }).send();
      expect(history).toHaveLength(1);
      const [first] = history;
      if (first === undefined) throw new Error('no signature');
      const found = await rpc
        .getTransaction(first.signature, {
          commitment: 'confirmed',
          encoding: 'json',
          maxSupportedTransactionVersion: 0,
        })
        .send();
      expect(found?.meta?.logMessages).toContain('Program log: Instruction: Open');
    }
  });

  it('has the NOS mint with 6 decimals and nothing minted', async () => {
    const { value } = await rpc.getTokenSupply(networkConfig('localnet').nosMint).send();
    expect(value).toMatchObject({ amount: '0', decimals: 6, uiAmountString: '0' });
  });
});
