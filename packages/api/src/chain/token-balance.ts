import { z } from 'zod';
import type { ReadTokenBalance } from '../deps.js';

const Answer = z.union([
  z.object({ result: z.object({ value: z.object({ amount: z.string().regex(/^\d{1,20}$/) }) }) }),
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
]);

/** Solana's "Invalid params", which getTokenAccountBalance answers for accounts that do not exist. */
const NO_ACCOUNT = -32602;

/** Reads balances of token accounts at commitment confirmed from a Solana RPC. Throws when it does not answer in form. */
export function createTokenBalance(rpcUrl: string, fetcher: typeof fetch = fetch): ReadTokenBalance {
  return async (account, signal) => {
    const response = await fetcher(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'getTokenAccountBalance',
        params: [account, { commitment: 'confirmed' }],
      }),
      signal,
    });
    const answer = Answer.parse(await response.json());
    if ('result' in answer) return BigInt(answer.result.value.amount);
    if (answer.error.code === NO_ACCOUNT) return null;
    throw new Error(`getTokenAccountBalance: ${answer.error.message}`);
  };
}
