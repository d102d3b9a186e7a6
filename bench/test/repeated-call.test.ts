import { randomBytes } from 'node:crypto';

import { AccountRole, address, getBase58Decoder } from '@solana/kit';
import { expect, it } from 'vitest';
import { createBenchWallet, createRepeatedCall, signCall } from '../src/indexer/repeated-call.js';

const randomAddress = () => address(getBase58Decoder().decode(randomBytes(32)));

it('gives what making and signing each transaction anew gives', async () => {
  const wallet = await createBenchWallet();
  const call = {
    programAddress: randomAddress(),
    accounts: [
      { address: randomAddress(), role: AccountRole.WRITABLE },
      { address: wallet.signer.address, role: AccountRole.READONLY_SIGNER },
    ],
    data: randomBytes(16),
  };
  const repeated = await createRepeatedCall(wallet, call);
  for (let time = 0; time < 3; time++) {
    const [data, recent] = [randomBytes(16), randomAddress()];
    expect(repeated(data, recent)).toBe(await signCall(wallet.signer, { ...call, data }, recent));
  }
});
