import type { WireTransaction } from '../encodings/transaction-wire.js';

export type Commitment = 'processed' | 'confirmed' | 'finalized';

/** An account as the virtual machine holds it; accounts without lamports do not exist. */
export interface AccountState {
  readonly lamports: bigint;
  readonly owner: string;
  readonly data: Uint8Array;
  readonly executable: boolean;
  readonly rentEpoch: bigint;
}

/** A transaction error in the JSON form of Solana's RPC. */
export type TransactionError =
  | string
  | { readonly InstructionError: readonly [number, InstructionError] }
  | { readonly InsufficientFundsForRent: { readonly account_index: number } }
  | { readonly ProgramExecutionTemporarilyRestricted: { readonly account_index: number } }
  | { readonly DuplicateInstruction: number };

export type InstructionError = string | { readonly Custom: number } | { readonly BorshIoError: string };

/** Base units and decimals of one token account before or after a transaction. */
export interface TokenBalance {
  readonly accountIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly programId: string;
  /** Base units as a decimal string, so that the record survives JSON. */
  readonly amount: string;
  readonly decimals: number;
}

export interface InnerInstruction {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  /** Base58, as the RPC reports it. */
  readonly data: string;
  readonly stackHeight: number;
}

/** What executing a transaction did, apart from the account states it left. */
export interface TransactionMeta {
  readonly err: TransactionError | null;
  readonly fee: bigint;
  readonly preBalances: readonly bigint[];
  readonly postBalances: readonly bigint[];
  readonly preTokenBalances: readonly TokenBalance[];
  readonly postTokenBalances: readonly TokenBalance[];
  readonly innerInstructions: readonly { index: number; instructions: readonly InnerInstruction[] }[];
  readonly logMessages: readonly string[];
  readonly loadedAddresses: { readonly writable: readonly string[]; readonly readonly: readonly string[] };
  readonly computeUnitsConsumed: bigint;
  readonly returnData: { readonly programId: string /** base64 */; readonly data: string } | null;
}

/** A transaction at its place in the chain. */
export interface TransactionRecord {
  readonly slot: number;
  /** Position in the block, from 0. */
  readonly index: number;
  readonly transaction: WireTransaction;
  readonly meta: TransactionMeta;
  readonly memo: string | null;
}

export interface BlockHeader {
  readonly slot: number;
  readonly parentSlot: number;
  readonly blockHeight: number;
  readonly blockhash: string;
  readonly previousBlockhash: string;
  /** Unix seconds. */
  readonly blockTime: number;
  readonly transactionCount: number;
  /** Transactions of the chain up to and including this block. */
  readonly totalTransactions: number;
}

/** A closed slot: its transactions in order and the last state of every account that it changed (null: gone). */
export interface Block {
  readonly header: BlockHeader;
  readonly records: readonly TransactionRecord[];
  readonly accounts: ReadonlyMap<string, AccountState | null>;
}

/** What getSignaturesForAddress and the statuses need of a transaction, without its body. */
export interface TransactionSummary {
  readonly signature: string;
  readonly slot: number;
  readonly index: number;
  readonly err: TransactionError | null;
  readonly memo: string | null;
  readonly blockTime: number;
}
