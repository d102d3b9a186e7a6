import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { beginNow } from '../../src/bootstrap/begin.js';
import { createRpcClient } from '../../src/rpc/client.js';
import { createPostgresStore } from '../../src/store/postgres-store.js';
import { askUpstream } from '../support/blind-rpc.js';
import { startTestChain, type TestChain } from '../support/chain.js';
import { type ScriptedCall, type ScriptedRpc, startScriptedRpc } from '../support/scripted-rpc.js';
import { type Staker, stakerOf } from '../support/staker.js';
import { dumpTables } from '../support/tables.js';

let chain: TestChain;
let database: TestDatabase;
let staker: Staker;
let rpc: ScriptedRpc;
/** What happens on the chain before the next second look at the vaults is answered, one after the other. */
let disturbances: (() => Promise<string>)[];

const { signal } = new AbortController();

const isSecondLook = ({ method, params }: ScriptedCall): boolean =>
  method === 'getMultipleAccounts' &&
  typeof params[1] === 'object' &&
  params[1] !== null &&
  'minContextSlot' in params[1];

/** Begins, with what was said while it read again. */
async function begin(maxTries?: number): Promise<{ slot?: string; reason?: string }[]> {
  const said: { slot?: string; reason?: string }[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void said.push(JSON.parse(line) as { slot?: string; reason?: string }) },
  );
  const store = createPostgresStore({ database: database.database, cluster: 'localnet' });
  await store.open(await createRpcClient({ url: chain.net.url }).genesisHash(signal));
  await beginNow(
    {
      database: database.database,
      rpc: createRpcClient({ url: rpc.url }),
      network: chain.network,
      log,
      ...(maxTries === undefined ? {} : { maxTries }),
    },
    signal,
  );
  return said;
}

beforeAll(async () => {
  chain = await startTestChain(20);
  rpc = await startScriptedRpc(async (call) => {
    const next = isSecondLook(call) ? disturbances.shift() : undefined;
    if (next !== undefined) await chain.final(await next());
    return askUpstream(chain.net.url, call);
  });
  staker = await stakerOf(chain.network, await chain.person());
  await chain.final(await chain.send(staker.signer, [staker.stake(5_000_000n, 86_400n * 30n)]));
});

afterAll(async () => {
  await rpc.close();
  await chain.stop();
});

beforeEach(async () => {
  disturbances = [];
  database = await createTestDatabase();
});

afterEach(() => database.drop());

const addToStake = () => chain.send(staker.signer, [staker.topup(1_000n)]);
const extendStake = () => chain.send(staker.signer, [staker.extend(1n)]);
const giveToVault = () => chain.send(staker.signer, [staker.give(staker.vault, 7n)]);
describe('beginning with accounts and vaults that change while they are read', () => {
  it('reads them again until they are of one moment, whoever moved', async () => {
    disturbances.push(addToStake, giveToVault, extendStake);
    const said = await begin();
    const reasons = said.flatMap(({ reason }) => reason ?? []);
    expect(reasons).toHaveLength(3);
    expect(reasons.slice(0, 2)).toEqual([`vault ${staker.vault} changed`, `vault ${staker.vault} changed`]);
    expect(reasons[2]).toMatch(/^\w+ of slot \d+ happened between \d+ and \d+$/);
    const { rows } = await database.database.pool.query(
      'SELECT amount, vault_balance FROM stake WHERE owner = $1',
      [staker.signer.address],
    );
    const balance = await chain.tokenBalance(staker.vault);
    expect(rows).toEqual([{ amount: balance - 7n, vault_balance: balance }]);
  });

  it('gives up after some tries, says why, and leaves the database empty', async () => {
    disturbances.push(addToStake, addToStake, addToStake);
    await expect(begin(2)).rejects.toThrow(
      /could not be read at one moment in 2 tries \(vault \w+ changed\)/,
    );
    const { checkpoint: _, ...tables } = await dumpTables(database.database);
    expect(Object.values(tables).flat()).toEqual([]);
  });
});

describe('beginning', () => {
  const store = () => createPostgresStore({ database: database.database, cluster: 'localnet' });

  it('is written whole or not at all', async () => {
    const { pool } = database.database;
    await pool.query(`
      CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON reward_pool EXECUTE FUNCTION refuse();`);
    await expect(begin()).rejects.toThrow('no');
    const { checkpoint: _, ...tables } = await dumpTables(database.database);
    expect(Object.values(tables).flat()).toEqual([]);
    expect(await store().cursor()).toBeNull();
    await pool.query('DROP TRIGGER refuse ON reward_pool');
    await begin();
    expect((await store().cursor())?.signature).toBeTypeOf('string');
  });

  it('forgets lists that were begun for the whole history', async () => {
    const { pool } = database.database;
    await pool.query(
      "INSERT INTO signature_spool_state VALUES ('a', -1, 5, false, 1, 's', 3); INSERT INTO signature_spool VALUES (3, 'a', 0, 's', 0)",
    );
    await begin();
    const { rows } = await pool.query(
      'SELECT FROM signature_spool UNION ALL SELECT FROM signature_spool_state',
    );
    expect(rows).toEqual([]);
  });

  it('happens once: what is stored then stays, whatever follows', async () => {
    await begin();
    const before = await dumpTables(database.database);
    await chain.final(await addToStake());
    const said = await begin();
    expect(JSON.stringify(said)).toContain('holds history already');
    expect(await dumpTables(database.database)).toEqual(before);
  });

  it('is where an index goes back to when a fork drops all that followed', async () => {
    const [{ slot } = {}] = (await begin()).filter((line) => line.slot !== undefined);
    const cursor = await store().cursor();
    expect(await store().rollBack(BigInt(slot ?? 0))).toBe(0);
    expect(await store().cursor()).toEqual(cursor);
    expect(cursor?.marks.size).toBeGreaterThan(1);
  });
});
