import { createHash } from 'node:crypto';
import { address, createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MARKET_ADMIN, jobsProgramElf, MARKET_ADMIN_SEED_TEXT } from '../src/index.js';
import { withMarketAdmin } from '../src/market-admin.js';
import { createChain } from './support/chain.js';
import { COMMON_ERRORS, editor, expectError } from './support/expectations.js';
import { createMarketplace, createNetwork } from './support/marketplace.js';
import { INSTRUCTIONS, listed } from './support/situations.js';

describe('the market admin', () => {
  it('is the key of the seed that is published', async () => {
    const seed = createHash('sha256').update(MARKET_ADMIN_SEED_TEXT).digest();
    expect((await createKeyPairSignerFromPrivateKeyBytes(seed)).address).toBe(DEFAULT_MARKET_ADMIN);
  });

  it('can be another key, and then is that key only', async () => {
    const marketAdmin = address('XXXxddiNnmoD2h2LbQYaL76Swi21MaQbtBbRynAdQL8');
    const place = await createMarketplace(await createNetwork(createChain(jobsProgramElf({ marketAdmin }))));
    const instruction = place.build.cleanAdmin(listed(place));
    expectError(place.send(instruction), COMMON_ERRORS.Unauthorized, { account: 'authority' });
    place.succeed(editor(INSTRUCTIONS.cleanAdmin.accounts).replace(instruction, 'authority', marketAdmin));
  });

  it('is not replaced in a binary that does not have it', () => {
    expect(() => withMarketAdmin(new Uint8Array(1_000), address(DEFAULT_MARKET_ADMIN))).toThrow(
      /exactly once/,
    );
  });
});
