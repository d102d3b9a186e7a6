import type { TransactionMeta } from '../chain/types.js';
import type { Base58 } from './base58.js';
import { parseInstruction } from './instructions/parse.js';
import { uiTokenAmount } from './token-accounts.js';

/** How a transaction's metadata is shown. */
export interface MetaView {
  /** Whether instructions are shown by their meaning; loaded addresses are then among the account keys. */
  readonly parsed: boolean;
  readonly rewards: boolean;
}

/** Writes the metadata of a transaction as the RPC returns it with all details. */
export function encodeMeta(
  meta: TransactionMeta,
  view: MetaView,
  keys: readonly string[],
  base58: Base58,
): object {
  return {
    computeUnitsConsumed: meta.computeUnitsConsumed,
    err: meta.err,
    fee: meta.fee,
    innerInstructions: encodeInnerInstructions(meta.innerInstructions, keys, view.parsed, base58),
    ...(view.parsed ? {} : { loadedAddresses: encodeLoadedAddresses(meta.loadedAddresses) }),
    logMessages: meta.logMessages,
    postBalances: meta.postBalances,
    postTokenBalances: meta.postTokenBalances.map(encodeTokenBalance),
    preBalances: meta.preBalances,
    preTokenBalances: meta.preTokenBalances.map(encodeTokenBalance),
    ...(meta.returnData === null ? {} : { returnData: encodeReturnData(meta.returnData) }),
    rewards: view.rewards ? [] : null,
    status: encodeStatus(meta),
  };
}

/** Writes the metadata of a transaction as the "accounts" form of a block has it. */
export function encodeBriefMeta(meta: TransactionMeta, rewards: boolean): object {
  return {
    err: meta.err,
    fee: meta.fee,
    postBalances: meta.postBalances,
    postTokenBalances: meta.postTokenBalances.map(encodeTokenBalance),
    preBalances: meta.preBalances,
    preTokenBalances: meta.preTokenBalances.map(encodeTokenBalance),
    ...(rewards ? { rewards: [] } : {}),
    status: encodeStatus(meta),
  };
}

/** Writes inner instructions, parsed where their program is known if that is wanted. */
export function encodeInnerInstructions(
  inner: TransactionMeta['innerInstructions'],
  keys: readonly string[],
  parsed: boolean,
  base58: Base58,
): object[] {
  return inner.map(({ index, instructions }) => ({
    index,
    instructions: instructions.map(({ accounts, data, programIdIndex, stackHeight }) =>
      parsed
        ? parseInstruction({ accounts, data: base58.decode(data), programIdIndex, stackHeight }, keys, base58)
        : { accounts, data, programIdIndex, stackHeight },
    ),
  }));
}

export const encodeReturnData = ({
  programId,
  data,
}: NonNullable<TransactionMeta['returnData']>): object => ({ data: [data, 'base64'], programId });

export const encodeLoadedAddresses = ({
  readonly,
  writable,
}: TransactionMeta['loadedAddresses']): object => ({ readonly, writable });

export function encodeTokenBalance(balance: TransactionMeta['preTokenBalances'][number]): object {
  return {
    accountIndex: balance.accountIndex,
    mint: balance.mint,
    owner: balance.owner,
    programId: balance.programId,
    uiTokenAmount: uiTokenAmount(BigInt(balance.amount), balance.decimals),
  };
}

/** The outcome once more, as old clients know it. */
const encodeStatus = ({ err }: TransactionMeta): object => (err === null ? { Ok: null } : { Err: err });
