import type { Address } from '@solana/kit';
import type { ChainPosition } from '../chain/position.js';
import type { InstructionPath } from '../chain/transaction.js';

/** Every instruction of the current jobs program. */
export const JOBS_INSTRUCTIONS = [
  'open',
  'update',
  'close',
  'closeAdmin',
  'list',
  'assign',
  'delist',
  'extend',
  'end',
  'recover',
  'work',
  'stop',
  'claim',
  'finish',
  'complete',
  'quit',
  'quitAdmin',
  'clean',
  'cleanAdmin',
] as const;
export type JobsInstructionName = (typeof JOBS_INSTRUCTIONS)[number];

/** An SPL token transfer made inside an instruction of the jobs program. */
export interface TokenMovement {
  readonly path: InstructionPath;
  readonly from: Address;
  readonly to: Address;
  /** Owners of the two token accounts where the transaction's balances tell. */
  readonly fromOwner: Address | null;
  readonly toOwner: Address | null;
  readonly mint: Address | null;
  /** Base units. */
  readonly amount: bigint;
}

/**
 * One instruction of the jobs program as it happened. Failed transactions give events too
 * (`failed: true`): they change nothing but are activity that people look for.
 */
export interface ProtocolEvent {
  readonly position: ChainPosition;
  readonly signature: string;
  readonly slot: bigint;
  readonly index: number;
  readonly path: InstructionPath;
  /** Unix seconds. */
  readonly blockTime: bigint | null;
  readonly failed: boolean;
  /** 'unknown' for data that is not an instruction of the program; kept, counted, never fatal. */
  readonly instruction: JobsInstructionName | 'unknown';
  /** Accounts by the program's own names; empty for 'unknown'. */
  readonly accounts: Readonly<Record<string, Address>>;
  /** Arguments by name: integers as decimal strings, digests as hex, enums as numbers in decimal. */
  readonly args: Readonly<Record<string, string>>;
  readonly market: Address | null;
  readonly job: Address | null;
  readonly run: Address | null;
  readonly node: Address | null;
  readonly project: Address | null;
  readonly movements: readonly TokenMovement[];
}
