import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { putTokenAccount, tokensIn } from './support/accounts.js';
import { createMarketplace, createNetwork, type Marketplace, type Network } from './support/marketplace.js';

const U64_MAX = (1n << 64n) - 1n;
const I64_MAX = (1n << 63n) - 1n;
const I64_MIN = -(1n << 63n);

let network: Network;
let place: Marketplace;
beforeAll(async () => {
  network = await createNetwork();
  place = await createMarketplace(network);
});

/** What a job costs, in numbers without bounds: undefined where the chain must abort. */
function priceOf(price: bigint, seconds: bigint): bigint | undefined {
  if (seconds < 0n) return undefined;
  const total = price * seconds;
  return total > U64_MAX ? undefined : total;
}

interface Settlement {
  readonly node: bigint;
  readonly payer: bigint;
}

function settlementOf(price: bigint, timeout: bigint, start: bigint, end: bigint): Settlement | undefined {
  if (price === 0n) return { node: 0n, payer: 0n };
  const used = end - start;
  if (used > I64_MAX || used < I64_MIN) return undefined;
  const paid = priceOf(price, used < timeout ? used : timeout);
  const deposit = priceOf(price, timeout);
  if (paid === undefined || deposit === undefined) return undefined;
  return { node: paid, payer: deposit - paid };
}

/** Small numbers, numbers whose product is near the largest, and numbers at the edges. */
const price = fc.oneof(
  fc.bigInt(0n, 1_000_000n),
  fc.bigInt(0n, U64_MAX),
  fc.constantFrom(0n, 1n, U64_MAX, 1n << 32n, (1n << 32n) - 1n, 1n << 63n),
);
const seconds = fc.oneof(
  fc.bigInt(0n, 1_000_000n),
  fc.bigInt(I64_MIN, I64_MAX),
  fc.constantFrom(0n, 1n, -1n, I64_MAX, I64_MIN, 1n << 32n, (1n << 32n) - 1n, (1n << 31n) + 1n),
);

/** Half of them lives that a job can really have. */
const jobs = fc.oneof(
  fc
    .tuple(
      fc.bigInt(0n, 1_000_000n),
      fc.bigInt(0n, 1_000_000n),
      fc.bigInt(0n, 1n << 40n),
      fc.bigInt(0n, 2_000_000n),
    )
    .map(([each, timeout, start, used]): [bigint, bigint, bigint, bigint] => [
      each,
      timeout,
      start,
      start + used,
    ]),
  fc.tuple(price, seconds, seconds, seconds),
);

const i64 = (value: bigint): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
};
const u64 = (value: bigint): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

describe('settlement', () => {
  it.each(['finish', 'end'] as const)('%s splits any deposit as the numbers say, or aborts', async (name) => {
    const { chain, build, payer, node, vault } = place;
    await fc.assert(
      fc.asyncProperty(jobs, async ([jobPrice, timeout, start, end]) => {
        place.succeed(build.update({ ...place.terms, jobPrice: 0n }));
        const [job, run] = [network.addresses.signer(), network.addresses.signer()];
        place.succeed(build.list(job, network.addresses.signer(), 0n));
        place.succeed(await build.work(run));
        const jobData = chain.dataOf(job.address);
        jobData.set(u64(jobPrice), 168);
        jobData.set(i64(timeout), 225);
        chain.putAccount(job.address, chain.ownerOf(job.address), jobData);
        const runData = chain.dataOf(run.address);
        runData.set(i64(start), 105);
        chain.putAccount(run.address, chain.ownerOf(run.address), runData);
        const opened = chain.now();
        chain.setNow(end);
        putTokenAccount(chain, vault, { owner: vault, amount: U64_MAX });
        putTokenAccount(chain, node.nos, { owner: node.address });
        putTokenAccount(chain, payer.nos, { owner: payer.address });

        const outcome = place.send(build[name](job.address, run.address));
        chain.setNow(opened);

        const expected = settlementOf(jobPrice, timeout, start, end);
        const moved = { node: tokensIn(chain, node.nos), payer: tokensIn(chain, payer.nos) };
        expect(outcome.ok).toBe(expected !== undefined);
        expect(moved).toEqual(expected ?? { node: 0n, payer: 0n });
        expect(tokensIn(chain, vault)).toBe(U64_MAX - moved.node - moved.payer);
        if (expected === undefined) expect(outcome.failure).toContain('ProgramFailedToComplete');
      }),
      { numRuns: 150 },
    );
  });

  it('a listing takes exactly price times timeout, or aborts', async () => {
    const { chain, build, payer, vault } = place;
    await fc.assert(
      fc.property(price, seconds, (jobPrice, timeout) => {
        place.succeed(build.update({ ...place.terms, jobPrice }));
        putTokenAccount(chain, payer.nos, { owner: payer.address, amount: U64_MAX });
        putTokenAccount(chain, vault, { owner: vault });
        const outcome = place.send(
          build.list(network.addresses.signer(), network.addresses.signer(), timeout),
        );
        const expected = jobPrice === 0n ? 0n : priceOf(jobPrice, timeout);
        expect(outcome.ok).toBe(expected !== undefined);
        expect(tokensIn(chain, vault)).toBe(expected ?? 0n);
        expect(tokensIn(chain, payer.nos)).toBe(U64_MAX - (expected ?? 0n));
        const waiting = place.marketState().queue[0];
        if (outcome.ok && waiting !== undefined) place.succeed(build.cleanAdmin(waiting));
        resetQueue();
      }),
      { numRuns: 150 },
    );
  });

  /** Jobs of absurd prices can not be delisted without their deposits: forget them. */
  function resetQueue(): void {
    const data = place.chain.dataOf(place.market);
    data.set([255, 0, 0, 0, 0], 146);
    place.chain.putAccount(place.market, place.chain.ownerOf(place.market), data);
  }
});
