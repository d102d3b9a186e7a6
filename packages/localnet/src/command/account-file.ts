import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AccountState } from '../chain/types.js';
import { address } from '../rpc/params.js';
import { decodeText } from '../rpc/transaction-input.js';
import { UsageError } from './usage-error.js';

const RENT_EXEMPT_EPOCH = (1n << 64n) - 1n;

/** What `solana account ADDRESS --output json` prints. */
const file = z.object({
  pubkey: address,
  account: z.object({
    lamports: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    owner: address,
    data: z.tuple([z.string(), z.enum(['base64', 'base58'])]),
    executable: z.boolean().default(false),
  }),
});

/**
 * Reads an account from a file in the Solana CLI's JSON.
 *
 * @throws UsageError that names the file and what is wrong in it.
 */
export async function readAccountFile(
  path: string,
): Promise<readonly [address: string, state: AccountState]> {
  try {
    const { pubkey, account } = file.parse(JSON.parse(await readFile(path, 'utf8')));
    return [
      pubkey,
      {
        lamports: BigInt(account.lamports),
        owner: account.owner,
        data: decodeText(...account.data),
        executable: account.executable,
        rentEpoch: RENT_EXEMPT_EPOCH,
      },
    ];
  } catch (error) {
    throw new UsageError(`--account: ${path}: ${explain(error)}`);
  }
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') || 'the file'}: ${issue?.message}; expected what "solana account ADDRESS --output json" prints`;
  }
  if (error instanceof SyntaxError) return 'it is not JSON';
  return error instanceof Error ? error.message : String(error);
}
