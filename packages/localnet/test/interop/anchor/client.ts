import * as core from '@anchor-lang/core';
import * as coral from '@coral-xyz/anchor';
import {
  type AccountMeta,
  Connection,
  type GetProgramAccountsFilter,
  type Keypair,
  type Transaction,
  type TransactionInstruction,
} from '@solana/web3.js';
import type { TestNet } from '../../support.js';
import { JOBS_IDL } from './jobs-idl.js';

/** Anchor's client under its current name and under the one that most programs still depend on. */
export const ANCHOR_CLIENTS = [
  ['@anchor-lang/core', core],
  ['@coral-xyz/anchor', coral],
] as const;

export type Anchor = typeof core | typeof coral;

export type Accounts = Readonly<Record<string, string>>;

/** A call of an instruction, as both clients build it. */
export interface MethodCall {
  rpc(options?: { skipPreflight: boolean }): Promise<string>;
  simulate(): Promise<{ raw: readonly string[] }>;
  instruction(): Promise<TransactionInstruction>;
  transaction(): Promise<Transaction>;
}

/** Reads of one kind of account, as both clients offer them. */
export interface AccountReads {
  fetch(address: string): Promise<Readonly<Record<string, unknown>>>;
  fetchNullable(address: string): Promise<Readonly<Record<string, unknown>> | null>;
  fetchMultiple(addresses: string[]): Promise<(Readonly<Record<string, unknown>> | null)[]>;
  all(
    filters?: GetProgramAccountsFilter[],
  ): Promise<{ publicKey: { toBase58(): string }; account: object }[]>;
  subscribe(address: string): { once(event: 'change', listener: (account: object) => void): unknown };
  unsubscribe(address: string): Promise<void>;
}

/** The jobs program through Anchor's client, with a wallet that pays and signs. */
export interface JobsProgram {
  readonly provider: core.AnchorProvider | coral.AnchorProvider;
  readonly program: core.Program | coral.Program;
  call(
    instruction: string,
    accounts: Accounts,
    args?: readonly unknown[],
    signers?: readonly Keypair[],
  ): MethodCall;
  account(name: string): AccountReads;
}

export function openJobsProgram(anchor: Anchor, { net }: TestNet, wallet: Keypair): JobsProgram {
  const connection = new Connection(net.url, { commitment: 'confirmed', wsEndpoint: net.wsUrl });
  const provider = new anchor.AnchorProvider(connection, new anchor.Wallet(wallet), {
    commitment: 'confirmed',
    preflightCommitment: 'confirmed',
  });
  const program = new anchor.Program(JOBS_IDL, provider);
  return {
    provider,
    program,
    call(instruction, accounts, args = [], signers = []) {
      const method = program.methods[instruction];
      if (method === undefined) throw new Error(`the IDL has no instruction ${instruction}`);
      return method(...args)
        .accountsPartial({ ...accounts })
        .signers([...signers]);
    },
    account(name) {
      const found: unknown = Reflect.get(program.account, name);
      if (!(found instanceof anchor.AccountClient)) throw new Error(`the IDL has no account ${name}`);
      return found;
    },
  };
}

/** The instruction with another claim about one of its accounts than the IDL makes. */
export function withMeta(
  instruction: TransactionInstruction,
  address: string,
  claim: Partial<AccountMeta>,
): TransactionInstruction {
  const keys = instruction.keys.map((meta) =>
    meta.pubkey.toBase58() === address ? { ...meta, ...claim } : meta,
  );
  return Object.assign(instruction, { keys });
}
