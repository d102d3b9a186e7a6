import type { Database } from '@inferscan/db';
import { bootstrap, type NetworkConfig } from '@inferscan/protocol';
import { z } from 'zod';

import type { Log } from '../log.js';
import type { RpcClient } from '../rpc/client.js';
import { chainAccountsOf, vaultsIn } from './decode.js';
import { BootstrapError } from './errors.js';
import { readMoment } from './read-moment.js';
import { countsOf, isEmpty, writeBeginning } from './write.js';

export interface BeginDeps {
  readonly database: Database;
  readonly rpc: RpcClient;
  readonly network: NetworkConfig;
  readonly log: Log;
  /** How often accounts are read until they are of one moment. */
  readonly maxTries?: number;
}

/**
 * Lets an empty database begin with what the chain's accounts say now, instead of the chain's first transaction. One that
 * holds anything is left as it is, and so is one of a chain on which nothing has happened yet.
 * @throws BootstrapError, RpcError `refused`
 */
export async function beginNow(deps: BeginDeps, signal: AbortSignal): Promise<void> {
  const { database, rpc, network, log, maxTries } = deps;
  if (!(await isEmpty(database))) {
    log.info('the database holds history already: it goes on from there, START_AT is not looked at');
    return;
  }
  log.info('the database is empty: reading what the accounts of the programs say now');
  const moment = await readMoment(
    {
      rpc,
      network,
      vaultsOf: (accounts) => vaultsIn(network, accounts),
      onRetry: (tries, reason) =>
        log.info({ tries, reason }, 'what was read is not of one moment: reading again'),
      ...(maxTries === undefined ? {} : { maxTries }),
    },
    signal,
  );
  const { slot, marks } = moment;
  const blockTime = await blockTimeOf(rpc, slot, signal);
  const records = bootstrap(chainAccountsOf(network, moment, blockTime));
  if (marks.size === 0) {
    if (records.jobs.length > 0) {
      throw new BootstrapError(
        `the RPC lists no transaction of the network's programs up to slot ${slot}, though there are jobs: there is nothing ` +
          'to go on from; use one that has recent history',
      );
    }
    log.info('nothing has happened yet: beginning with the first transaction');
    return;
  }
  await writeBeginning(database, { slot, blockTime, records, marks });
  log.info(
    { slot: slot.toString(), ...countsOf(records) },
    'the index begins with the accounts of this slot',
  );
}

const BlockTime = z.int().nullable();

/** Of a slot's block, where the RPC tells. */
async function blockTimeOf(rpc: RpcClient, slot: bigint, signal: AbortSignal): Promise<bigint | null> {
  const [outcome] = await rpc.send([{ method: 'getBlockTime', params: [Number(slot)] }], signal);
  const time = outcome?.ok === true ? BlockTime.safeParse(outcome.result) : undefined;
  return time?.data == null ? null : BigInt(time.data);
}
