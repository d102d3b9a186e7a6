import { getOpenInstruction } from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { putMint, tokensIn, vaultOf } from '../support/accounts.js';
import { JOBS, MINT, SYSTEM, TOKEN } from '../support/addresses.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, editor, expectError, expectTokens } from '../support/expectations.js';
import { createMarketplace, createNetwork, type Network, WALLET_TOKENS } from '../support/marketplace.js';
import { INSTRUCTIONS, listed } from '../support/situations.js';

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});

describe('open', () => {
  interface Opening {
    readonly market: TransactionSigner;
    readonly vault: Address;
    readonly authority: TransactionSigner;
    open(changes?: { mint?: Address; vault?: Address; jobType?: number; rent?: Address }): Instruction;
  }
  const prepare = async (mint: Address = MINT): Promise<Opening> => {
    const [market, authority] = [network.addresses.signer(), network.addresses.signer()];
    network.chain.fund(authority.address);
    const vault = await vaultOf(market.address);
    return {
      market,
      vault,
      authority,
      open: (changes = {}) =>
        getOpenInstruction(
          {
            mint,
            market,
            vault,
            authority,
            accessKey: SYSTEM,
            jobExpiration: 1n,
            jobPrice: 2n,
            jobTimeout: 3n,
            jobType: 4,
            nodeXnosMinimum: (1n << 127n) + 5n,
            ...changes,
          },
          { programAddress: JOBS },
        ),
    };
  };
  const send = (instruction: Instruction) => network.chain.send(network.feePayer, [instruction]);

  it('creates a market with an empty queue and a vault that is its own authority', async () => {
    const place = await createMarketplace(network, { nodeXnosMinimum: (1n << 127n) + 5n, jobType: 4 });
    expect(place.marketState()).toMatchObject({
      authority: place.authority.address,
      jobExpiration: 86_400n,
      jobPrice: 100n,
      jobTimeout: 7_200n,
      jobType: 4,
      vault: place.vault,
      nodeAccessKey: SYSTEM,
      nodeXnosMinimum: (1n << 127n) + 5n,
      queueType: 255,
      queue: [],
    });
    const { chain } = place;
    expect(chain.dataOf(place.market)).toHaveLength(10_224);
    expect(chain.ownerOf(place.market)).toBe(JOBS);
    expect(chain.ownerOf(place.vault)).toBe(TOKEN);
    expect(chain.dataOf(place.vault).slice(32, 64)).toEqual(chain.dataOf(place.market).slice(65, 97));
    expect(chain.lamportsOf(place.market)).toBe(chain.rentFor(10_224));
    expect(chain.lamportsOf(place.vault)).toBe(chain.rentFor(165));
    const spent = chain.rentFor(10_224) + chain.rentFor(165);
    expect(chain.lamportsOf(place.authority.address)).toBe(10_000_000_000n - spent);
  });

  it.each([0, 1, 2, 3, 4])('keeps job type %i', async (jobType) => {
    expect((await createMarketplace(network, { jobType })).marketState().jobType).toBe(jobType);
  });

  it.each([5, 100, 254, 255])('turns the unknown job type %i into 255', async (jobType) => {
    expect((await createMarketplace(network, { jobType })).marketState().jobType).toBe(255);
  });

  it('works where somebody has sent lamports to the vault or the market beforehand', async () => {
    const { market, vault, authority, open } = await prepare();
    network.chain.fund(vault, 1_000n);
    network.chain.fund(market.address, network.chain.rentFor(10_224) + 7n);
    expect(send(open()).failure).toBeUndefined();
    expect(network.chain.lamportsOf(vault)).toBe(network.chain.rentFor(165));
    expect(network.chain.lamportsOf(market.address)).toBe(network.chain.rentFor(10_224) + 7n);
    expect(network.chain.lamportsOf(authority.address)).toBe(
      10_000_000_000n - network.chain.rentFor(165) + 1_000n,
    );
  });

  it('another mint -> 6006 InvalidMint', async () => {
    const mint = network.addresses.next();
    putMint(network.chain, mint, mint);
    const { market, open } = await prepare(mint);
    const vault = await vaultOf(market.address, mint);
    expectError(send(open({ vault })), COMMON_ERRORS.InvalidMint, { account: 'mint' });
  });

  it("a vault that is not the market's address -> 2006 ConstraintSeeds", async () => {
    const { open } = await prepare();
    expectError(send(open({ vault: await vaultOf(SYSTEM) })), ANCHOR_ERRORS.ConstraintSeeds, {
      account: 'vault',
    });
  });

  it('another account for the rent sysvar -> 3015', async () => {
    const { open } = await prepare();
    expectError(send(open({ rent: SYSTEM })), ANCHOR_ERRORS.AccountSysvarMismatch, { account: 'rent' });
  });

  it('refuses a market that is open already, and leaves it as it was', async () => {
    const { market, open } = await prepare();
    expect(send(open()).ok).toBe(true);
    const before = network.chain.dataOf(market.address);
    expect(send(open()).ok).toBe(false);
    expect(network.chain.dataOf(market.address)).toEqual(before);
  });

  it('needs the signature of the market key', async () => {
    const { open } = await prepare();
    const instruction = open();
    const accounts = (instruction.accounts ?? []).map((meta, index) =>
      index === 1 ? { ...meta, role: 1 } : meta,
    );
    expect(send({ ...instruction, accounts }).failure).toContain('PrivilegeEscalation');
  });
});

describe('update', () => {
  it('rewrites the terms; a waiting job keeps its own price and timeout, and the queue stays', async () => {
    const place = await createMarketplace(network);
    const job = listed(place, 50n);
    const accessKey = network.addresses.next();
    const terms = {
      jobExpiration: 9n,
      jobPrice: 8n,
      jobTimeout: 7n,
      jobType: 9,
      nodeXnosMinimum: 1n << 100n,
      accessKey,
    };
    expectTokens(place, {}, () => place.succeed(place.build.update(terms)));
    const { accessKey: nodeAccessKey, ...fields } = terms;
    expect(place.marketState()).toMatchObject({ ...fields, nodeAccessKey, queueType: 0, queue: [job] });
    expect(place.marketState().authority).toBe(place.authority.address);
    expect(place.jobState(job)).toMatchObject({ price: 100n, timeout: 50n });
  });
});

describe.each(['close', 'closeAdmin'] as const)('%s', (name) => {
  it('pays the rest of the vault to `user` and the rent of both accounts to who closes', async () => {
    const place = await createMarketplace(network);
    const { chain } = place;
    listed(place, 50n);
    const closer = name === 'close' ? place.authority.address : place.admin.address;
    const rent = chain.lamportsOf(place.market) + chain.lamportsOf(place.vault);
    const before = chain.lamportsOf(closer);
    expectTokens(place, { stranger: 5_000n, vault: -5_000n }, () =>
      place.succeed(place.build[name](place.stranger.nos)),
    );
    expect(chain.lamportsOf(closer)).toBe(before + rent);
    for (const closed of [place.market, place.vault]) {
      expect(chain.lamportsOf(closed)).toBe(0n);
      expect(chain.dataOf(closed)).toHaveLength(0);
    }
    expect(tokensIn(chain, place.stranger.nos)).toBe(WALLET_TOKENS + 5_000n);
  });
});

describe('closing without a writable account for the rent', () => {
  it.each(['close', 'closeAdmin'] as const)('%s fails', async (name) => {
    const place = await createMarketplace(network);
    const edit = editor(INSTRUCTIONS[name].accounts);
    const outcome = expectTokens(place, {}, () => place.send(edit.freeze(place.build[name](), 'authority')));
    expect(outcome.failure).toContain('PrivilegeEscalation');
  });
});
