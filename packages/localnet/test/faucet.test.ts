import { networkConfig, stakeAddress } from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from './support.js';

const STAKE = { amount: '1000000', durationSeconds: 14 * 86_400 };

describe('the faucet', () => {
  let net: TestNet;

  beforeAll(async () => {
    net = await startTestNet({ control: true });
  });
  afterAll(() => net.stop());

  const ask = (body: unknown) =>
    fetch(`${net.net.url}/faucet`, { method: 'POST', body: JSON.stringify(body) });

  it('adds to a stake that is there', async () => {
    const { address } = await generateKeyPairSigner();
    await ask({ address, lamports: '10000000', stake: STAKE });
    const again = await ask({ address, stake: STAKE });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ stake: { amount: '2000000' } });
  });

  it.each([
    ['too short', '11111111111111111111111111111111', 'AAAA'],
    ['of another program', '11111111111111111111111111111111', Buffer.alloc(120).toString('base64')],
    ['of the program, but too short', networkConfig('localnet').stakingProgram, 'AAAA'],
  ])('refuses to stake where an account is %s, and gives nothing', async (_what, owner, data) => {
    const { address } = await generateKeyPairSigner();
    const stake = await stakeAddress(networkConfig('localnet'), address);
    const lamports = 10_000_000;
    await net.rpc('localnet_setAccount', [
      stake,
      { lamports, owner, data: [data, 'base64'], executable: false },
    ]);
    const answer = await ask({ address, lamports: '10000000', stake: STAKE });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`the account at the stake's address ${stake} is not a stake`);
    expect(await net.rpc('getBalance', [address, { commitment: 'processed' }])).toMatchObject({
      result: { value: 0 },
    });
  });
});
