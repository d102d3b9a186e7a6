import type { Address } from '@solana/kit';
import { z } from 'zod';

import type { RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';

/** Accounts as they were when a slot was finalized. */
export interface AccountsAt<Account> {
  readonly slot: bigint;
  readonly accounts: ReadonlyMap<string, Account>;
}

const Slot = z.int().min(0).transform(BigInt);
const Data = z.tuple([z.base64(), z.literal('base64')]).transform(([text]) => Buffer.from(text, 'base64'));
const Context = z.object({ slot: Slot });

const ProgramAccounts = z.object({
  context: Context,
  value: z.array(z.object({ pubkey: z.string().max(44), account: z.object({ data: Data }) })),
});
const MultipleAccounts = z.object({ context: Context, value: z.array(z.object({ data: Data }).nullable()) });

/** Amount of an SPL token account: the u64 at byte 64. */
const AMOUNT_OFFSET = 64;
const MAX_ACCOUNTS = 100;

/** Every account of a program. @throws RpcError when it is not told, or not in form */
export async function readProgramAccounts(
  rpc: Pick<RpcClient, 'send'>,
  program: Address,
  signal: AbortSignal,
): Promise<AccountsAt<Uint8Array>> {
  const config = { commitment: 'finalized', encoding: 'base64', withContext: true };
  const { context, value } = await ask(rpc, 'getProgramAccounts', [program, config], ProgramAccounts, signal);
  return {
    slot: context.slot,
    accounts: new Map(value.map(({ pubkey, account }) => [pubkey, account.data])),
  };
}

/**
 * Balances of up to 100 token accounts, in base units; accounts that do not exist are left out. With `minContextSlot` as of
 * that slot or a later one.
 * @throws RpcError when they are not told, or not in form
 */
export async function readTokenBalances(
  rpc: Pick<RpcClient, 'send'>,
  accounts: readonly string[],
  signal: AbortSignal,
  minContextSlot?: bigint,
): Promise<AccountsAt<bigint>> {
  if (accounts.length > MAX_ACCOUNTS) throw new RangeError(`at most ${MAX_ACCOUNTS} accounts at once`);
  const config = {
    commitment: 'finalized',
    encoding: 'base64',
    ...(minContextSlot === undefined ? {} : { minContextSlot: Number(minContextSlot) }),
  };
  const { context, value } = await ask(
    rpc,
    'getMultipleAccounts',
    [accounts, config],
    MultipleAccounts,
    signal,
  );
  const balances = new Map<string, bigint>();
  value.forEach((account, index) => {
    const address = accounts[index];
    if (account === null || address === undefined || account.data.length < AMOUNT_OFFSET + 8) return;
    balances.set(address, account.data.readBigUInt64LE(AMOUNT_OFFSET));
  });
  return { slot: context.slot, accounts: balances };
}

async function ask<Schema extends z.ZodType>(
  rpc: Pick<RpcClient, 'send'>,
  method: string,
  params: readonly unknown[],
  schema: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
  const [outcome] = await rpc.send([{ method, params }], signal);
  if (outcome === undefined) throw new RpcError('bad_answer', `${method}: no answer`);
  if (!outcome.ok) throw outcome.error;
  const parsed = schema.safeParse(outcome.result);
  if (!parsed.success) {
    throw new RpcError('bad_answer', `${method}: ${z.prettifyError(parsed.error).slice(0, 300)}`);
  }
  return parsed.data;
}
