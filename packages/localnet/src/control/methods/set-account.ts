import { z } from 'zod';
import { address } from '../../rpc/params.js';
import { decodeText } from '../../rpc/transaction-input.js';
import { invalidParams } from '../../rpc-error.js';
import { defineControl } from '../method.js';

const MAX_BYTES = 10 * 1024 * 1024;
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
    if (given === null || given.lamports === 0) {
      chain.setAccount(wanted, null);
      return { slot: chain.slot('processed') };
    }
    const data = decodeText(...given.data);
    if (data.length > MAX_BYTES) throw invalidParams(`an account has at most ${MAX_BYTES} bytes`);
    try {
      chain.setAccount(wanted, {
        lamports: BigInt(given.lamports),
        owner: given.owner,
        data,
        executable: given.executable ?? false,
        rentEpoch: MAX_U64,
      });
    } catch (error) {
      throw invalidParams(`the virtual machine does not take this account: ${String(error)}`);
    }
    return { slot: chain.slot('processed') };
  },
);
