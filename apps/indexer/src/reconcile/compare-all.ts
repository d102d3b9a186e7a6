import type { Database } from '@inferscan/db';
import { type NetworkConfig, UNKNOWN_ADDRESS } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { RpcClient } from '../rpc/client.js';
import { inTransaction } from '../store/transaction.js';
import { recordsOfAccounts } from './chain-records.js';
import { compareRecords, compareVaults } from './compare.js';
import { readIndexedRecords } from './indexed-records.js';
import { recordsOfPrograms } from './program-records.js';
import { readProgramAccounts, readTokenBalances } from './read-chain.js';
import type { Difference, RecordKind, Records } from './records.js';

export interface CompareDeps {
  readonly database: Database;
  readonly rpc: Pick<RpcClient, 'send'>;
  readonly network: NetworkConfig;
  /** Resolves when everything up to the slot is stored. */
  readonly stored: (slot: bigint, signal: AbortSignal) => Promise<void>;
}

/** A difference as of a finalized slot. */
export interface DatedDifference extends Difference {
  readonly slot: bigint;
}

export interface Compared {
  /** The finalized slot of the jobs program's accounts. */
  readonly slot: bigint;
  readonly accounts: number;
  readonly vaults: number;
  readonly differences: readonly DatedDifference[];
}

interface Program {
  readonly address: Address;
  readonly kinds: readonly RecordKind[];
  readonly recordsOf: (accounts: ReadonlyMap<string, Uint8Array>) => Records;
}

const programsIn = (network: NetworkConfig): readonly [Program, ...Program[]] => [
  { address: network.jobsProgram, kinds: ['market', 'job', 'run'], recordsOf: recordsOfAccounts },
  { address: network.stakingProgram, kinds: ['stake'], recordsOf: recordsOfPrograms },
  { address: network.nodesProgram, kinds: ['registration'], recordsOf: recordsOfPrograms },
  { address: network.rewardsProgram, kinds: ['pool', 'reward'], recordsOf: recordsOfPrograms },
];

/**
 * Compares every account of the network's programs with its row, and every vault's balance with what the tables say it
 * holds: the ledger for those of markets, the last known balance for those of stakes and of the rewards. Each as of the
 * finalized slot that it was read at.
 * @throws RpcError
 */
export async function compareAll(deps: CompareDeps, signal: AbortSignal): Promise<Compared> {
  const [jobs, ...others] = programsIn(deps.network);
  const first = await compareProgram(deps, jobs, signal);
  const differences = [...first.differences];
  let { accounts } = first;
  for (const program of others) {
    const compared = await compareProgram(deps, program, signal);
    differences.push(...compared.differences);
    accounts += compared.accounts;
  }
  const markets = await compareEachVault(deps, MARKET_VAULTS, signal);
  const rest = await compareEachVault(deps, OTHER_VAULTS, signal);
  return {
    slot: first.slot,
    accounts,
    vaults: markets.vaults + rest.vaults,
    differences: [...differences, ...markets.differences, ...rest.differences],
  };
}

async function compareProgram(
  { database, rpc, stored }: CompareDeps,
  { address, kinds, recordsOf }: Program,
  signal: AbortSignal,
): Promise<Omit<Compared, 'vaults'>> {
  const { slot, accounts } = await readProgramAccounts(rpc, address, signal);
  await stored(slot, signal);
  const indexed = await inTransaction(
    database.pool,
    (client) => readIndexedRecords((sql, values) => client.query(sql, [...values]), slot, kinds),
    'REPEATABLE READ READ ONLY',
  );
  const found = compareRecords(recordsOf(accounts), indexed);
  return { slot, accounts: accounts.size, differences: found.map((each) => ({ ...each, slot })) };
}

interface Vaults {
  /** Takes the address that stands for an unknown one. */
  readonly all: string;
  /** Takes some vaults, and a slot; leaves out those that the tables know more of than what was at that slot. */
  readonly balances: string;
}

const MARKET_VAULTS: Vaults = {
  all: 'SELECT DISTINCT vault FROM market WHERE vault <> $1 ORDER BY vault',
  balances: `
    SELECT market.vault, coalesce(sum(entry.vault_delta), 0) AS sum
    FROM market LEFT JOIN ledger_entry AS entry
      ON entry.market = market.address AND entry.position < lpad(($2::bigint + 1)::text, 12, '0')
    WHERE market.vault = ANY ($1) GROUP BY market.vault`,
};

const OTHER_VAULTS: Vaults = {
  all: `
    SELECT vault FROM stake WHERE closed_position IS NULL AND vault <> $1
    UNION SELECT vault FROM reward_pool WHERE vault <> $1 ORDER BY vault`,
  balances: `
    SELECT vault, vault_balance AS sum FROM stake
    WHERE closed_position IS NULL AND vault = ANY ($1) AND substr(updated_position, 1, 12)::bigint <= $2
    UNION ALL SELECT vault, vault_balance FROM reward_pool
    WHERE vault = ANY ($1) AND substr(updated_position, 1, 12)::bigint <= $2`,
};

const VAULTS_AT_ONCE = 100;

async function compareEachVault(
  { database, rpc, stored }: CompareDeps,
  { all, balances }: Vaults,
  signal: AbortSignal,
): Promise<Pick<Compared, 'vaults' | 'differences'>> {
  const { rows } = await database.pool.query<{ vault: string }>(all, [UNKNOWN_ADDRESS]);
  const differences: DatedDifference[] = [];
  for (let start = 0; start < rows.length; start += VAULTS_AT_ONCE) {
    const vaults = rows.slice(start, start + VAULTS_AT_ONCE).map(({ vault }) => vault);
    const { slot, accounts } = await readTokenBalances(rpc, vaults, signal);
    await stored(slot, signal);
    const sums = await database.pool.query<{ vault: string; sum: bigint }>(balances, [vaults, slot]);
    const found = compareVaults(accounts, new Map(sums.rows.map(({ vault, sum }) => [vault, sum])));
    differences.push(...found.map((each) => ({ ...each, slot })));
  }
  return { vaults: rows.length, differences };
}
