import type { ChainInstruction, ChainTransaction, TokenBalanceChange } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { NETWORK, type Tokens } from './parties.js';
import type { Random } from './random.js';
import { type Call, computeBudget } from './wire.js';

/** A transaction that is being put together: calls change the world at once, and are written down. */
export interface Draft {
  readonly calls: Call[];
  /** Notes what a token account holds before anything changes it. */
  touch(...tokens: readonly Tokens[]): void;
  /** Moves tokens between accounts. @throws RangeError when there are not enough */
  move(from: Tokens, to: Tokens, amount: bigint): void;
}

export interface Place {
  readonly slot: bigint;
  readonly index: number;
  readonly blockTime: bigint;
}

const LAMPORTS_PER_SIGNATURE = 5_000n;
/** How many wallets say what compute units are worth to them. */
const WITH_BUDGET = 0.6;

/** Puts a transaction together. `failure`: the error of its last call, which then changed nothing. */
export function draftTransaction(
  random: Random,
  place: Place,
  feePayer: Address,
  write: (draft: Draft) => void,
  failure?: number,
): ChainTransaction {
  const before = new Map<Tokens, bigint | null>();
  const touch = (...tokens: readonly Tokens[]): void => {
    for (const each of tokens) if (!before.has(each)) before.set(each, each.balance);
  };
  const calls: Call[] = random.chance(WITH_BUDGET)
    ? computeBudget(random.between(150_000, 400_000), BigInt(random.int(100_000)))
    : [];
  write({
    calls,
    touch,
    move(from, to, amount) {
      touch(from, to);
      if (from.balance === null || to.balance === null || from.balance < amount)
        throw new RangeError(`${from.address} cannot pay ${amount} to ${to.address}`);
      from.balance -= amount;
      to.balance += amount;
    },
  });
  return {
    signature: random.signature(),
    ...place,
    error: failure === undefined ? null : `{"InstructionError":[${calls.length - 1},{"Custom":${failure}}]}`,
    feePayer,
    fee: LAMPORTS_PER_SIGNATURE * BigInt(1 + calls.length),
    instructions: calls.flatMap(instructionsOf),
    tokenBalances: Array.from(before, balanceChange),
  };
}

function instructionsOf({ inner, ...call }: Call, top: number): ChainInstruction[] {
  return [
    { path: [top], stackHeight: 1, ...call },
    ...inner.map((called, at): ChainInstruction => ({ path: [top, at], stackHeight: 2, ...called })),
  ];
}

const balanceChange = ([{ address, owner, balance }, before]: [
  Tokens,
  bigint | null,
]): TokenBalanceChange => ({ account: address, mint: NETWORK.nosMint, owner, before, after: balance });
