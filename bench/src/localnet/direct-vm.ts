import { getAddressEncoder } from '@solana/kit';
import { Account, FailedTransactionMetadata, LiteSvm } from 'litesvm/dist/internal.js';
import { createWallet, signTransfers } from './transfers.js';

const WALLETS = 64;
const LAMPORTS = 10_000_000_000n;
const SYSTEM_PROGRAM = new Uint8Array(32);

/** The virtual machine under the localnet, called directly: no network, no blocks, no history. */
export interface DirectVm {
  /** Transfers per second that it executes with signature checks on. */
  transferRate(count: number): number;
}

/** Creates a machine that, like the localnet, takes transactions as bytes and keeps no results. */
export function createDirectVm(): DirectVm {
  const svm = new LiteSvm();
  svm.setBlockhashCheck(false);
  svm.setTransactionHistory(0n);
  const encoder = getAddressEncoder();
  const wallets = Array.from({ length: WALLETS }, createWallet);
  for (const { address } of wallets) {
    svm.setAccount(
      new Uint8Array(encoder.encode(address)),
      new Account(LAMPORTS, new Uint8Array(), SYSTEM_PROGRAM, false, 0n),
    );
  }
  let made = 0;
  return {
    transferRate(count) {
      const transfers = signTransfers(wallets, svm.latestBlockhash(), made, count);
      made += count;
      const since = performance.now();
      for (const bytes of transfers) {
        const result = svm.sendLegacyTransaction(bytes);
        if (result instanceof FailedTransactionMetadata) throw new Error(result.toString());
      }
      return count / ((performance.now() - since) / 1000);
    },
  };
}
