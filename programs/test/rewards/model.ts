import type { Pool, Share } from './support.js';

export const LIMIT = 1n << 128n;

/** The pool's arithmetic by the network's definition; throws where it aborts. */
export const model = {
  exact(value: bigint): bigint {
    if (value < 0n || value >= LIMIT) throw new Error('aborts');
    return value;
  },
  divide(a: bigint, b: bigint): bigint {
    if (b === 0n) throw new Error('aborts');
    return a / b;
  },
  addFee(pool: Pool, amount: bigint): Pool {
    const totalXnos = model.exact(pool.totalXnos + amount);
    return { ...pool, totalXnos, rate: model.divide(pool.totalReflection, totalXnos) };
  },
  enter(pool: Pool, xnos: bigint, pending: bigint): [Pool, Share] {
    const reflection = model.exact(model.exact(xnos + pending) * pool.rate);
    const totalReflection = model.exact(pool.totalReflection + reflection);
    return [
      { ...pool, totalReflection, totalXnos: model.exact(pool.totalXnos + xnos) },
      { reflection, xnos },
    ];
  },
  leave: (pool: Pool, share: Share, paid: bigint): Pool => ({
    ...pool,
    totalXnos: model.exact(pool.totalXnos - model.exact(share.xnos + paid)),
    totalReflection: model.exact(pool.totalReflection - share.reflection),
  }),
  pending: (pool: Pool, share: Share): bigint =>
    model.exact(model.divide(share.reflection, pool.rate) - share.xnos),
  sync(pool: Pool, share: Share, xnos: bigint): [Pool, Share] {
    const left = model.leave(pool, share, 0n);
    return model.enter(left, xnos, model.pending(left, share));
  },
  claim(pool: Pool, share: Share, xnos: bigint): [Pool, Share, bigint] {
    const amount = model.pending(pool, share);
    if (amount === 0n) return [pool, share, 0n];
    if (amount >= 1n << 64n) throw new Error('aborts');
    return [...model.enter(model.leave(pool, share, amount), xnos, 0n), amount];
  },
};

/** Undefined where the calculation aborts. */
export const attempt = <T>(calculate: () => T): T | undefined => {
  try {
    return calculate();
  } catch {
    return undefined;
  }
};
