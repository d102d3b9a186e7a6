import { z } from 'zod';
import type { AccountState } from '../../chain/types.js';
import { address } from '../../rpc/params.js';
import { decodeText } from '../../rpc/transaction-input.js';
import { invalidParams } from '../../rpc-error.js';
import { defineControl } from '../method.js';

const MAX_BYTES = 10 * 1024 * 1024;
/** The time that base58 takes grows with the square of its length. */
const MAX_BASE58_CHARACTERS = 1_700;
const MAX_U64 = (1n << 64n) - 1n;

/** An account as getAccountInfo returns it. */
const account = z.object({
  lamports: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  owner: address,
  data: z.tuple([z.string().max(Math.ceil(MAX_BYTES * 1.4)), z.enum(['base64', 'base58'])]),
  executable: z.boolean().nullish(),
});

/** Puts an account in place, or removes it with null, without a transaction. It is kept and announced like any change. */
export const setAccount = defineControl(
  'localnet_setAccount',
  z.tuple([address, account.nullable()]),
  ({ chain }, [wanted, given]) => {
    const state = given === null || given.lamports === 0 ? null : stateOf(given);
    try {
      chain.setAccount(wanted, state);
    } catch (error) {
      throw invalidParams(`the virtual machine does not take this account: ${String(error)}`);
    }
    return { slot: chain.slot('processed') };
  },
);

/** @throws RpcError -32602 when the data is not in its encoding or too long. */
function stateOf({
  lamports,
  owner,
  data: [text, encoding],
  executable,
}: z.output<typeof account>): AccountState {
  if (encoding === 'base58' && text.length > MAX_BASE58_CHARACTERS) {
    throw invalidParams(`base58 takes too long beyond ${MAX_BASE58_CHARACTERS} characters: use base64`);
  }
  const data = decodeText(text, encoding);
  if (data.length > MAX_BYTES) throw invalidParams(`an account has at most ${MAX_BYTES} bytes`);
  return { lamports: BigInt(lamports), owner, data, executable: executable ?? false, rentEpoch: MAX_U64 };
}
