import { type Address, getBase58Encoder, signature } from '@solana/kit';
import { z } from 'zod';

import type { RpcClient } from './rpc.js';

/** One instruction, with the addresses of its accounts. */
export interface SeenInstruction {
  readonly program: string | undefined;
  readonly accounts: readonly (string | undefined)[];
  readonly data: Uint8Array;
}

/** What the worker looks for in a transaction that succeeded. */
export interface SeenTransaction {
  readonly instructions: readonly SeenInstruction[];
  /** Those that each of them called, by its place. */
  readonly inner: ReadonlyMap<number, readonly SeenInstruction[]>;
}

export interface SeenSignature {
  readonly signature: string;
  readonly memo: string | null;
  readonly slot: bigint;
  /** Unix seconds of its block; null where the RPC does not know. */
  readonly at: bigint | null;
}

const Instruction = z.object({
  programIdIndex: z.number(),
  accounts: z.array(z.number()),
  data: z.string(),
});
const Addresses = z.array(z.string()).default([]);
const Transaction = z.object({
  meta: z.object({
    err: z.null(),
    innerInstructions: z
      .array(z.object({ index: z.number(), instructions: z.array(Instruction) }))
      .nullish()
      .transform((inner) => inner ?? []),
    loadedAddresses: z.object({ writable: Addresses, readonly: Addresses }).nullish(),
  }),
  transaction: z.object({
    message: z.object({ accountKeys: z.array(z.string()), instructions: z.array(Instruction) }),
  }),
});
const Entry = z.object({
  signature: z.string(),
  err: z.unknown(),
  memo: z.string().nullish(),
  slot: z.bigint(),
  blockTime: z.bigint().nullish(),
});

/** The transactions of an address that are looked at, the latest; failed ones count. */
const MAX_SIGNATURES = 50;

/**
 * The latest transactions that name an address and succeeded, the latest first.
 * @throws what an RPC without history answers
 */
export async function readSignatures(
  client: RpcClient,
  at: Address,
  commitment: 'confirmed' | 'finalized',
  signal: AbortSignal,
): Promise<readonly SeenSignature[]> {
  return (await readHistory(client, at, commitment, signal)).signatures;
}

/** The same, and whether it is all that there ever was: an address can be named, in transactions that fail too, by anybody. */
export async function readHistory(
  { rpc, once }: RpcClient,
  at: Address,
  commitment: 'confirmed' | 'finalized',
  signal: AbortSignal,
): Promise<{ signatures: readonly SeenSignature[]; isWhole: boolean }> {
  const listed = await once(
    (abortSignal) =>
      rpc.getSignaturesForAddress(at, { commitment, limit: MAX_SIGNATURES }).send({ abortSignal }),
    signal,
  );
  const entries = z.array(Entry).parse(listed);
  const signatures = entries
    .filter(({ err }) => err === null)
    .map(({ signature, memo, slot, blockTime }) => ({
      signature,
      memo: memo ?? null,
      slot,
      at: blockTime ?? null,
    }));
  return { signatures, isWhole: entries.length < MAX_SIGNATURES };
}

/** A transaction that succeeded; null for one that did not, or that the RPC does not have. */
export async function readTransaction(
  { rpc, once }: RpcClient,
  of: string,
  commitment: 'confirmed' | 'finalized',
  signal: AbortSignal,
): Promise<SeenTransaction | null> {
  const options = { commitment, encoding: 'json', maxSupportedTransactionVersion: 0 } as const;
  return seenTransaction(
    await once((abortSignal) => rpc.getTransaction(signature(of), options).send({ abortSignal }), signal),
  );
}

/** A transaction as RPCs send it; null for one that did not succeed, or is none. Never throws. */
export function seenTransaction(value: unknown): SeenTransaction | null {
  const parsed = Transaction.safeParse(value);
  if (!parsed.success) return null;
  const { meta, transaction } = parsed.data;
  const { accountKeys, instructions } = transaction.message;
  const { writable = [], readonly = [] } = meta.loadedAddresses ?? {};
  const keys = [...accountKeys, ...writable, ...readonly];
  const seen = ({ programIdIndex, accounts, data }: z.infer<typeof Instruction>): SeenInstruction => ({
    program: keys[programIdIndex],
    accounts: accounts.map((index) => keys[index]),
    data: bytesOf(data),
  });
  return {
    instructions: instructions.map(seen),
    inner: new Map(meta.innerInstructions.map((inner) => [inner.index, inner.instructions.map(seen)])),
  };
}

function bytesOf(data: string): Uint8Array {
  try {
    return Uint8Array.from(getBase58Encoder().encode(data));
  } catch {
    return new Uint8Array();
  }
}

/** Whether an instruction is the one of a program that has this discriminator. */
export function isInstruction(
  { program, data }: SeenInstruction,
  of: Address,
  discriminator: Uint8Array,
): boolean {
  return program === of && discriminator.every((byte, index) => data[index] === byte);
}
