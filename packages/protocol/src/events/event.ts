import type { Address } from '@solana/kit';
import type { ChainPosition } from '../chain/position.js';
import type { InstructionPath } from '../chain/transaction.js';
import type { InstructionName, ProgramName } from './names.js';

/** An SPL token transfer made inside an instruction of one of the network's programs. */
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
 * One instruction of one of the network's programs as it happened. Failed transactions give events too
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
  readonly program: ProgramName;
  /**
   * The form that the instruction had on the wire: the era of the program in which that form began, like 'E3' (the README
   * lists them). Empty for 'unknown'.
   */
  readonly form: string;
  /** 'unknown' for data that is not an instruction of the program; kept, counted, never fatal. */
  readonly instruction: InstructionName | 'unknown';
  /** Accounts by the program's own names, by their place where the names of an old form are lost; empty for 'unknown'. */
  readonly accounts: Readonly<Record<string, Address>>;
  /** Arguments by name: integers as decimal strings, digests as hex, enums as numbers in decimal, text as it is. */
  readonly args: Readonly<Record<string, string>>;
  readonly market: Address | null;
  readonly job: Address | null;
  readonly run: Address | null;
  /** The node; for staking and rewards the wallet that owns the stake, which need not be a node's. */
  readonly node: Address | null;
  readonly project: Address | null;
  /** Transfers under this call, also those made by other programs of the network that it called. */
  readonly movements: readonly TokenMovement[];
}
