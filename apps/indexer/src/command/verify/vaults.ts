import type { Database } from '@inferscan/db';
import { UNKNOWN_ADDRESS } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { compareVaults } from '../../reconcile/compare.js';
import { readTokenBalances } from '../../reconcile/read-chain.js';
import type { RpcClient } from '../../rpc/client.js';
import { positionAfter } from '../../store/partitions.js';

export interface VaultReport {
  readonly vaults: number;
  /** Vaults whose balance is not what their ledger adds up to, in base units. */
  readonly differing: readonly {
    readonly vault: string;
    readonly ledger: string;
    readonly onChain: string;
  }[];
  /** Vaults that moved in transactions which are not stored yet: nothing can be said of them. */
  readonly ahead: readonly string[];
}

const VAULTS_AT_ONCE = 100;

/** Compares every market's ledger with its vault's balance, as of a finalized slot. @throws RpcError */
export async function verifyVaults(
  { pool }: Pick<Database, 'pool'>,
  rpc: Pick<RpcClient, 'send' | 'signaturesOf'>,
  signal: AbortSignal,
): Promise<VaultReport> {
  const { rows } = await pool.query<{ vault: string }>(
    'SELECT vault FROM market WHERE vault <> $1 ORDER BY vault',
    [UNKNOWN_ADDRESS],
  );
  const differing: VaultReport['differing'][number][] = [];
  const ahead: string[] = [];
  for (let start = 0; start < rows.length; start += VAULTS_AT_ONCE) {
    const vaults = rows.slice(start, start + VAULTS_AT_ONCE).map(({ vault }) => vault);
    const { slot, accounts } = await readTokenBalances(rpc, vaults, signal);
    const sums = await pool.query<{ vault: string; sum: bigint }>(
      `SELECT market.vault, coalesce(sum(entry.vault_delta), 0) AS sum
       FROM market LEFT JOIN ledger_entry AS entry ON entry.market = market.address AND entry.position < $2
       WHERE market.vault = ANY ($1) GROUP BY market.vault`,
      [vaults, positionAfter(slot)],
    );
    const ledger = new Map(sums.rows.map(({ vault, sum }) => [vault, sum]));
    for (const { address, indexed, onChain } of compareVaults(accounts, ledger)) {
      // The tables may end before the slot of the balance.
      const [last] = await rpc.signaturesOf(
        address as Address,
        { limit: 1, minContextSlot: slot, commitment: 'finalized' },
        signal,
      );
      const isStored =
        last === undefined ||
        (await pool.query('SELECT FROM chain_transaction WHERE signature = $1', [last.signature]))
          .rowCount === 1;
      if (isStored) differing.push({ vault: address, ledger: indexed ?? '0', onChain: onChain ?? '0' });
      else ahead.push(address);
    }
  }
  return { vaults: rows.length, differing, ahead };
}
