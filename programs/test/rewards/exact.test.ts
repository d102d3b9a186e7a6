import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { by, DAY, type Staker, staked, stakeState, xnosOf } from '../staking/support.js';
import { REWARDS } from '../support/addresses.js';
import { expectPanic } from '../support/expectations.js';
import { attempt, LIMIT, model } from './model.js';
import {
  addFee,
  claim,
  close,
  createPool,
  enter,
  entered,
  type Pool,
  poolNumbers,
  type RewardsWorld,
  type Share,
  shareNumbers,
  sync,
} from './support.js';

let world: RewardsWorld;
beforeEach(async () => {
  world = await createPool();
});

/** Writes numbers into the pool and a share, as only a long history could. */
function putNumbers(world: RewardsWorld, pool: Pool, staker: Staker, share: Share): void {
  const poolData = new DataView(world.chain.dataOf(world.reflection).buffer);
  const rewardData = new DataView(world.chain.dataOf(staker.reward).buffer);
  const put = (view: DataView, offset: number, value: bigint): void => {
    view.setBigUint64(offset, value & ((1n << 64n) - 1n), true);
    view.setBigUint64(offset + 8, value >> 64n, true);
  };
  put(poolData, 8, pool.rate);
  put(poolData, 24, pool.totalReflection);
  put(poolData, 40, pool.totalXnos);
  put(rewardData, 41, share.reflection);
  put(rewardData, 57, share.xnos);
  world.chain.putAccount(world.reflection, REWARDS, new Uint8Array(poolData.buffer));
  world.chain.putAccount(staker.reward, REWARDS, new Uint8Array(rewardData.buffer));
}

describe('the pool is exact', () => {
  it('over random histories of three stakers', async () => {
    const stakers = [await staked(world, 1_000_000n), await staked(world, 7n), await staked(world, 123_456n)];
    let pool = poolNumbers(world);
    const shares: (Share | undefined)[] = stakers.map(() => undefined);
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      what: fc.constantFrom('enter', 'claim', 'sync', 'close', 'topup', 'fee'),
      amount: fc.bigInt({ min: 1n, max: 1_000_000n }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        for (const { who, what, amount } of steps) {
          const staker = stakers[who] as Staker;
          const share = shares[who];
          const { xnos, amount: stakedAmount, duration } = stakeState(world, staker);
          expect(xnos).toBe(xnosOf(stakedAmount, duration));
          if (what === 'topup') world.succeed(by(staker).topup(amount % 1_000n || 1n));
          else if (what === 'fee') {
            const next = attempt(() => model.addFee(pool, amount));
            expect(world.send(addFee(world, amount)).ok).toBe(next !== undefined);
            pool = next ?? pool;
          } else if (what === 'enter' && share === undefined) {
            const next = attempt(() => model.enter(pool, xnos, 0n));
            expect(world.send(enter(world, staker)).ok).toBe(next !== undefined);
            if (next !== undefined) [pool, shares[who]] = next;
          } else if (what === 'close' && share !== undefined) {
            const next = attempt(() => model.leave(pool, share, 0n));
            expect(world.send(close(world, staker)).ok).toBe(next !== undefined);
            if (next !== undefined) [pool, shares[who]] = [next, undefined];
          } else if (what === 'sync' && share !== undefined) {
            const next = attempt(() => model.sync(pool, share, xnos));
            expect(world.send(sync(world, staker)).ok).toBe(next !== undefined);
            if (next !== undefined) [pool, shares[who]] = next;
          } else if (what === 'claim' && share !== undefined) {
            const before = [world.tokens(staker.nos), world.tokens(world.vault)] as const;
            const next = attempt(() => model.claim(pool, share, xnos));
            const outcome = world.send(claim(world, staker));
            const paid = outcome.ok ? (next?.[2] ?? 0n) : 0n;
            expect(outcome.ok).toBe(next !== undefined && paid <= before[1]);
            if (outcome.ok && next !== undefined) [pool, shares[who]] = next;
            expect(world.tokens(staker.nos)).toBe(before[0] + paid);
            expect(world.tokens(world.vault)).toBe(before[1] - paid);
          }
          expect(poolNumbers(world)).toEqual(pool);
          const now = shares[who];
          if (now !== undefined) expect(shareNumbers(world, staker)).toEqual(now);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('with numbers of any size, or aborts', async () => {
    const staker = await entered(world, 1_000_000n, 365n * DAY);
    const xnos = 4_000_000n;
    let successes = 0;
    const wide = fc.oneof(
      fc.bigInt({ min: 0n, max: LIMIT - 1n }),
      fc.integer({ min: 0, max: 127 }).map((bits) => 1n << BigInt(bits)),
      fc.constantFrom(0n, 1n, LIMIT - 1n),
    );
    const plausible = fc
      .record({
        rate: fc.bigInt({ min: 1n, max: 1n << 90n }),
        score: fc.bigInt({ min: 0n, max: xnos }),
        gain: fc.bigInt({ min: 0n, max: 1n << 30n }),
        rest: wide,
        others: fc.bigInt({ min: 0n, max: 1n << 35n }),
      })
      .map(({ rate, score, gain, rest, others }) => {
        const reflection = (score + gain) * rate + (rest % rate);
        const totalReflection = reflection + others * rate;
        return {
          pool: { rate, totalReflection, totalXnos: score + gain + others },
          share: { reflection, xnos: score },
        };
      });
    const wild = fc
      .record({
        rate: wide,
        reflection: wide,
        more: wide,
        score: fc.bigInt({ min: 0n, max: xnos }),
        xnos: wide,
      })
      .map(({ rate, reflection, more, score, xnos: totalXnos }) => ({
        pool: { rate, totalReflection: (reflection + more) % LIMIT, totalXnos },
        share: { reflection, xnos: score },
      }));
    fc.assert(
      fc.property(
        fc.oneof(wild, plausible),
        fc.bigInt({ min: 0n, max: 1n << 40n }),
        ({ pool, share }, fee) => {
          putNumbers(world, pool, staker, share);
          const synced = attempt(() => model.sync(pool, share, xnos));
          const outcome = world.send(sync(world, staker));
          expect(outcome.ok).toBe(synced !== undefined);
          if (synced !== undefined) {
            successes += 1;
            expect(poolNumbers(world)).toEqual(synced[0]);
            expect(shareNumbers(world, staker)).toEqual(synced[1]);
          } else expectPanic(outcome, 'attempt to');
          const before = poolNumbers(world);
          const charged = attempt(() => model.addFee(before, fee));
          expect(world.send(addFee(world, fee)).ok).toBe(charged !== undefined);
          expect(poolNumbers(world)).toEqual(charged ?? before);
        },
      ),
      { numRuns: 500 },
    );
    expect(successes).toBeGreaterThan(100);
  });

  it('a claim of more than 64 bits aborts', async () => {
    const staker = await entered(world, 1_000_000n, 365n * DAY);
    const share = { reflection: 1n << 70n, xnos: 0n };
    putNumbers(world, { rate: 1n, totalReflection: 1n << 70n, totalXnos: 1n << 70n }, staker, share);
    expectPanic(world.send(claim(world, staker)), 'a number of more than 64 bits');
  });
});
