import type { Chain } from '../chain/chain.js';
import type { ProgramAccounts } from '../chain/program-accounts.js';
import type { AccountState, Commitment } from '../chain/types.js';
import type { Vm } from '../chain/vm.js';
import type { Base58 } from '../encodings/base58.js';
import type { Compress } from '../encodings/zstd.js';
import type { Faucet } from '../faucet/faucet.js';
import type { HistoryStore } from '../history/store.js';
import type { Log } from '../log.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';

/** The version that clients are told: the validator release whose RPC answers are followed here. */
export const API_VERSION = '3.0.0';

/** What RPC methods work with. */
export interface RpcContext {
  readonly chain: Chain;
  readonly vm: Vm;
  readonly programAccounts: ProgramAccounts;
  readonly store: HistoryStore;
  readonly base58: Base58;
  readonly compress: Compress;
  readonly faucet: Faucet;
  readonly log: Log;
  /** Null when blocks are written, otherwise what is wrong. */
  readonly problem: () => string | null;
}

export interface ContextConfig {
  readonly commitment?: Commitment | null | undefined;
  readonly minContextSlot?: number | null | undefined;
}

/**
 * The slot that an answer is about; commitment defaults to finalized, as for validators.
 *
 * @throws RpcError when it is below the caller's minContextSlot.
 */
export function contextSlot({ chain }: RpcContext, config: ContextConfig | null | undefined): number {
  const slot = chain.slot(config?.commitment ?? 'finalized');
  const wanted = config?.minContextSlot ?? 0;
  if (slot < wanted) {
    throw new RpcError(RPC_CODES.minContextSlot, 'Minimum context slot has not been reached', {
      contextSlot: slot,
    });
  }
  return slot;
}

/**
 * Reads accounts as they are at the commitment that the caller asked for.
 *
 * @throws RpcError when that is below the caller's minContextSlot.
 */
export function accountReader(
  context: RpcContext,
  config: ContextConfig | null | undefined,
): (address: string) => AccountState | null {
  contextSlot(context, config);
  const commitment = config?.commitment ?? 'finalized';
  return (address) => context.chain.account(address, commitment);
}

/**
 * A program's accounts as they are at the commitment that the caller asked for.
 *
 * @throws RpcError when that is below the caller's minContextSlot.
 */
export function accountsOf(
  context: RpcContext,
  program: string,
  config: ContextConfig | null | undefined,
): Iterable<readonly [address: string, state: AccountState]> {
  contextSlot(context, config);
  return context.programAccounts.of(program, config?.commitment ?? 'finalized');
}

/** Wraps a value with the slot that it is about. */
export function withContext<T>(
  context: RpcContext,
  config: ContextConfig | null | undefined,
  value: T,
): { context: { apiVersion: string; slot: number }; value: T } {
  return { context: { apiVersion: API_VERSION, slot: contextSlot(context, config) }, value };
}
