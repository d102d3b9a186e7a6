import { createHash } from 'node:crypto';
import { address, createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_MARKET_ADMIN,
  jobsProgramElf,
  MARKET_ADMIN_SEED_TEXT,
  nodesProgramElf,
  rewardsProgramElf,
  stakingProgramElf,
} from '../src/index.js';
import { withNetworkAdmin } from '../src/network-admin.js';
import { createAddressSource } from './support/addresses.js';
import { createChain } from './support/chain.js';
import { deployProgram } from './support/deploy.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, editor, expectError } from './support/expectations.js';
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
    expect(() => withNetworkAdmin(new Uint8Array(1_000), address(DEFAULT_MARKET_ADMIN))).toThrow(
      /exactly once/,
    );
  });
});

describe('the loader of real clusters', () => {
  it.each([
    ['jobs', jobsProgramElf()],
    ['nodes', nodesProgramElf()],
    ['staking', stakingProgramElf()],
    ['rewards', rewardsProgramElf()],
  ])('takes %s, with all checks of a deployment, and runs it', async (_name, elf) => {
    const chain = createChain();
    const addresses = createAddressSource();
    const [payer, buffer, program] = [addresses.signer(), addresses.signer(), addresses.signer()];
    chain.fund(payer.address, 100_000_000_000n);
    const deployed = await deployProgram(chain, { payer, buffer, program, elf });
    expect(deployed.failure).toBeUndefined();
    chain.svm.warpToSlot(chain.svm.getClock().slot + 1n);
    const outcome = chain.send(payer.address, [
      { programAddress: program.address, accounts: [], data: new Uint8Array(8) },
    ]);
    expectError(outcome, ANCHOR_ERRORS.InstructionFallbackNotFound, 'nowhere');
  });
});
