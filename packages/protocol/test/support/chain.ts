import type { Address, Instruction } from '@solana/kit';
import bs58 from 'bs58';
import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../../src/addresses/programs.js';
import type { ChainInstruction, ChainTransaction, TokenBalanceChange } from '../../src/chain/transaction.js';
import { addr, digest } from './addresses.js';

/** What a program call does to others, in the order it happens. */
export type Effect =
  | { readonly creates: Address; readonly bytes?: bigint }
  | { readonly transfers: bigint; readonly from: Address; readonly to: Address; readonly checked?: Address };

/** One instruction of a transaction under construction. */
export interface Call {
  readonly programId: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
  readonly calls: readonly Call[];
}

const u32 = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
const u64 = (value: bigint) => new Uint8Array(new BigUint64Array([value]).buffer);
const authority = addr('an authority');

function effectCall(effect: Effect): Call {
  if ('creates' in effect) {
    const data = new Uint8Array([...u32(0), ...u64(1n), ...u64(effect.bytes ?? 120n), ...new Uint8Array(32)]);
    return { programId: SYSTEM_PROGRAM, accounts: [addr('a payer'), effect.creates], data, calls: [] };
  }
  const { from, to, transfers, checked } = effect;
  return checked === undefined
    ? {
        programId: TOKEN_PROGRAM,
        accounts: [from, to, authority],
        data: new Uint8Array([3, ...u64(transfers)]),
        calls: [],
      }
    : {
        programId: TOKEN_PROGRAM,
        accounts: [from, checked, to, authority],
        data: new Uint8Array([12, ...u64(transfers), 6]),
        calls: [],
      };
}

/** A call from the generated client's instruction and its effects. */
export function callOf(instruction: Instruction, effects: readonly Effect[] = []): Call {
  return {
    programId: instruction.programAddress,
    accounts: (instruction.accounts ?? []).map(({ address }) => address),
    data: new Uint8Array(instruction.data ?? []),
    calls: effects.map(effectCall),
  };
}

/** A wallet program that calls others. */
export const wrapped = (...calls: readonly Call[]): Call => ({
  programId: addr('wallet program'),
  accounts: [],
  data: new Uint8Array([9]),
  calls,
});

function flatten(call: Call, top: number): ChainInstruction[] {
  const found: ChainInstruction[] = [];
  let inner = 0;
  const visit = ({ programId, accounts, data, calls }: Call, stackHeight: number): void => {
    const path = stackHeight === 1 ? ([top] as const) : ([top, inner++] as const);
    found.push({ path, stackHeight, programId, accounts, data });
    for (const next of calls) visit(next, stackHeight + 1);
  };
  visit(call, 1);
  return found;
}

export interface TxOptions {
  readonly error?: string;
  readonly blockTime?: bigint | null;
  readonly tokenBalances?: readonly TokenBalanceChange[];
}

/** A chain that gives each transaction the next slot, index, signature and time; today's forms are younger than 2025-07. */
export function createChain(start = 1_790_000_000n) {
  let count = 0;
  let now = start;
  return {
    now: () => now,
    wait(seconds: bigint) {
      now += seconds;
    },
    tx(calls: readonly Call[], options: TxOptions = {}): ChainTransaction {
      count += 1;
      return {
        signature: bs58.encode(new Uint8Array([...digest(`tx ${count}`), ...digest(`tx ${count}!`)])),
        slot: 1000n + BigInt(Math.floor(count / 3)),
        index: count % 3,
        blockTime: options.blockTime === undefined ? now : options.blockTime,
        error: options.error ?? null,
        feePayer: addr('fee payer'),
        fee: 5000n,
        instructions: calls.flatMap(flatten),
        tokenBalances: options.tokenBalances ?? [],
      };
    },
  };
}
