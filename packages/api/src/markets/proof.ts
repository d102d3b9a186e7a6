import type { ReadTokenBalance } from '../deps.js';

/** Whether the ledger of a market agrees with its vault on chain. Base units. */
export type VaultProof =
  | { state: 'equal'; ledger: bigint; chain: bigint }
  | { state: 'different'; ledger: bigint; chain: bigint }
  | { state: 'unknown'; ledger: bigint; chain: null; reason: string };

/** Longest wait for the chain's answer. */
const CHAIN_TIMEOUT_MS = 1_500;
const ATTEMPTS = 3;

/**
 * Compares the sum of a market's ledger with its vault's token balance.
 * The chain moves between the two reads, so a difference counts only when it outlasts fresh reads of both:
 * a balance equal to the ledger just before or just after it was read is proof enough.
 */
export async function proveVault(
  readLedgerSum: () => Promise<bigint>,
  tokenBalance: ReadTokenBalance,
  vault: string,
): Promise<VaultProof> {
  let ledger = await readLedgerSum();
  let chain = 0n;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    let balance: bigint | null;
    try {
      balance = await tokenBalance(vault, AbortSignal.timeout(CHAIN_TIMEOUT_MS));
    } catch {
      return { state: 'unknown', ledger, chain: null, reason: 'The chain did not answer in time.' };
    }
    // A closed vault holds nothing.
    chain = balance ?? 0n;
    if (chain === ledger) return { state: 'equal', ledger, chain };
    ledger = await readLedgerSum();
    if (chain === ledger) return { state: 'equal', ledger, chain };
  }
  return { state: 'different', ledger, chain };
}
