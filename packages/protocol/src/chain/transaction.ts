import type { Address } from '@solana/kit';

/**
 * Where an instruction stands in its transaction: `[top]` or `[top, inner]`,
 * both counted from 0; inner instructions are counted in execution order.
 */
export type InstructionPath = readonly [number] | readonly [number, number];

/** One executed instruction with its accounts resolved to addresses. */
export interface ChainInstruction {
  readonly path: InstructionPath;
  /** 1 for top-level instructions, more for cross-program invocations; 0 where old history does not tell. */
  readonly stackHeight: number;
  readonly programId: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
}

/** Balance of one token account around a transaction, in base units; null where the account did not exist. */
export interface TokenBalanceChange {
  readonly account: Address;
  readonly mint: Address;
  readonly owner: Address | null;
  readonly before: bigint | null;
  readonly after: bigint | null;
}

/** A confirmed transaction in the shape every chain source must deliver. */
export interface ChainTransaction {
  readonly signature: string;
  readonly slot: bigint;
  /** Order within the slot, counted from 0. Gaps are allowed, ties are not. */
  readonly index: number;
  /** Unix seconds, null where the chain does not know. */
  readonly blockTime: bigint | null;
  /** null when it succeeded, else the RPC's `err` as JSON text. */
  readonly error: string | null;
  readonly feePayer: Address;
  /** Lamports. */
  readonly fee: bigint;
  /** In execution order: each top-level instruction is followed by its inner ones. */
  readonly instructions: readonly ChainInstruction[];
  readonly tokenBalances: readonly TokenBalanceChange[];
}
