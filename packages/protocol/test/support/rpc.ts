import type { Address } from '@solana/kit';
import bs58 from 'bs58';
import type { ChainInstruction, ChainTransaction, TokenBalanceChange } from '../../src/chain/transaction.js';

/** What an RPC node answers for a transaction; `loaded` accounts come from a look-up table. */
export function toRpc(tx: ChainTransaction, loaded: readonly Address[] = []) {
  const seen = new Set([tx.feePayer]);
  for (const { programId, accounts } of tx.instructions)
    for (const key of [...accounts, programId]) seen.add(key);
  for (const { account } of tx.tokenBalances) seen.add(account);
  for (const key of loaded) seen.delete(key);
  const [writable = [], readonly = []] = [loaded.slice(0, 1), loaded.slice(1)];
  const keys = [...seen, ...writable, ...readonly];
  const index = (key: Address) => keys.indexOf(key);
  const encode = ({ programId, accounts, data, stackHeight }: ChainInstruction) => ({
    programIdIndex: index(programId),
    accounts: accounts.map(index),
    data: bs58.encode(data),
    stackHeight,
  });
  const isInner = ({ path }: ChainInstruction) => path[1] !== undefined;
  const inner = tx.instructions
    .filter((each) => !isInner(each))
    .map(({ path: [top] }) => ({
      index: top,
      instructions: tx.instructions.filter((each) => isInner(each) && each.path[0] === top).map(encode),
    }))
    .filter(({ instructions }) => instructions.length > 0);
  const balance = (amount: bigint | null, { account, mint, owner }: TokenBalanceChange) =>
    amount === null
      ? []
      : [
          {
            accountIndex: index(account),
            mint,
            ...(owner === null ? {} : { owner }),
            uiTokenAmount: { amount: amount.toString(), decimals: 6, uiAmount: 0, uiAmountString: '0' },
          },
        ];
  return {
    slot: Number(tx.slot),
    blockTime: tx.blockTime === null ? null : Number(tx.blockTime),
    version: loaded.length === 0 ? 'legacy' : 0,
    transaction: {
      signatures: [tx.signature],
      message: {
        accountKeys: [...seen],
        instructions: tx.instructions.filter((each) => !isInner(each)).map(encode),
      },
    },
    meta: {
      err: tx.error === null ? null : (JSON.parse(tx.error) as unknown),
      fee: Number(tx.fee),
      innerInstructions: inner,
      preTokenBalances: tx.tokenBalances.flatMap((change) => balance(change.before, change)),
      postTokenBalances: tx.tokenBalances.flatMap((change) => balance(change.after, change)),
      ...(loaded.length === 0 ? {} : { loadedAddresses: { writable, readonly } }),
    },
  };
}
