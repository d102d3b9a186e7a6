import type { Instruction } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { chainPosition } from '../src/chain/position.js';
import { decodeTransaction } from '../src/events/decode.js';
import type { ProtocolEvent } from '../src/events/event.js';
import { JOBS_INSTRUCTIONS } from '../src/events/names.js';
import { networkConfig } from '../src/network/config.js';
import { addr, digest, hexOf } from './support/addresses.js';
import { type Call, callOf, createChain, type Effect, wrapped } from './support/chain.js';
import { instructions, network } from './support/instructions.js';
import { tokensName, vaultName } from './support/program.js';

const terms = { price: 2n ** 64n - 1n, timeout: 3600n, type: 4, expiration: -5n };
const listing = { market: 'market', by: 'project', payer: 'payer', timeout: 60n };
const parties = { market: 'market', project: 'project', payer: 'payer', node: 'node', runPayer: 'run payer' };
const transfer = (amount: bigint, from: string, to: string): Effect => ({
  transfers: amount,
  from: addr(from),
  to: addr(to),
});

interface Row {
  readonly instruction: Instruction;
  readonly args: Record<string, string>;
  readonly roles: Partial<Record<'market' | 'job' | 'run' | 'node' | 'project', string>>;
  /** Some accounts by name. */
  readonly accounts: Record<string, string>;
}

const TABLE: Record<(typeof JOBS_INSTRUCTIONS)[number], Row> = {
  open: {
    instruction: instructions.open('market', 'owner', terms),
    args: {
      jobExpiration: '-5',
      jobPrice: '18446744073709551615',
      jobTimeout: '3600',
      jobType: '4',
      nodeXnosMinimum: '5',
    },
    roles: { market: 'market' },
    accounts: { vault: vaultName('market'), authority: 'owner' },
  },
  update: {
    instruction: instructions.update('market', 'owner', { ...terms, price: 3n }),
    args: { jobExpiration: '-5', jobPrice: '3', jobType: '4', nodeStakeMinimum: '7', jobTimeout: '3600' },
    roles: { market: 'market' },
    accounts: { accessKey: 'a collection', authority: 'owner' },
  },
  close: {
    instruction: instructions.close('market', 'owner'),
    args: {},
    roles: { market: 'market' },
    accounts: { user: tokensName('owner'), authority: 'owner' },
  },
  closeAdmin: {
    instruction: instructions.closeAdmin('market', 'admin'),
    args: {},
    roles: { market: 'market' },
    accounts: { user: tokensName('admin'), authority: 'admin' },
  },
  list: {
    instruction: instructions.list('job', 'run', listing),
    args: { ipfsJob: hexOf(digest('definition of job')), timeout: '60' },
    roles: { market: 'market', job: 'job', project: 'project' },
    accounts: { payer: 'payer', run: 'run', user: tokensName('payer'), rewardsVault: 'rewards vault' },
  },
  assign: {
    instruction: instructions.assign('job', 'run', 'node', { ...listing, timeout: -1n }),
    args: { ipfsJob: hexOf(digest('definition of job')), timeout: '-1' },
    roles: { market: 'market', job: 'job', run: 'run', node: 'node', project: 'project' },
    accounts: { payer: 'payer', vault: vaultName('market') },
  },
  delist: {
    instruction: instructions.delist('job', 'market', 'project', 'payer'),
    args: {},
    roles: { market: 'market', job: 'job', project: 'project' },
    accounts: { deposit: tokensName('payer'), payer: 'payer' },
  },
  extend: {
    instruction: instructions.extend('job', 'market', 'project', 'payer', 2n ** 63n - 1n),
    args: { timeout: '9223372036854775807' },
    roles: { market: 'market', job: 'job', project: 'project' },
    accounts: { payer: 'payer', user: tokensName('payer') },
  },
  end: {
    instruction: instructions.end('job', 'run', parties),
    args: {},
    roles: { market: 'market', job: 'job', run: 'run', project: 'project' },
    accounts: { user: tokensName('node'), deposit: tokensName('payer'), payer: 'run payer' },
  },
  recover: {
    instruction: instructions.recover('job', 'market', 'project', 'payer'),
    args: {},
    roles: { market: 'market', job: 'job', project: 'project' },
    accounts: { payer: 'payer', user: tokensName('payer') },
  },
  work: {
    instruction: instructions.work('node', 'run', 'market'),
    args: {},
    roles: { market: 'market', node: 'node' },
    accounts: { run: 'run', stake: 'stake of node', payer: 'node' },
  },
  stop: {
    instruction: instructions.stop('node', 'market', 'owner'),
    args: {},
    roles: { market: 'market', node: 'node' },
    accounts: { authority: 'owner' },
  },
  claim: {
    instruction: instructions.claim('job', 'run', 'market', 'node'),
    args: {},
    roles: { market: 'market', job: 'job', run: 'run', node: 'node' },
    accounts: { stake: 'stake of node', payer: 'node' },
  },
  finish: {
    instruction: instructions.finish('job', 'run', { ...parties, user: 'wallet', result: 'result' }),
    args: { ipfsResult: hexOf(digest('result')) },
    roles: { market: 'market', job: 'job', run: 'run', node: 'node' },
    accounts: { user: 'wallet', deposit: tokensName('payer'), payerRun: 'run payer', payerJob: 'payer' },
  },
  complete: {
    instruction: instructions.complete('job', 'node', 'result'),
    args: { ipfsResult: hexOf(digest('result')) },
    roles: { job: 'job', node: 'node' },
    accounts: { authority: 'node' },
  },
  quit: {
    instruction: instructions.quit('job', 'run', 'node', 'run payer'),
    args: {},
    roles: { job: 'job', run: 'run', node: 'node' },
    accounts: { payer: 'run payer' },
  },
  quitAdmin: {
    instruction: instructions.quitAdmin('run', 'run payer'),
    args: {},
    roles: { run: 'run' },
    accounts: { payer: 'run payer', authority: 'market admin' },
  },
  clean: {
    instruction: instructions.clean('job', 'market', 'payer'),
    args: {},
    roles: { market: 'market', job: 'job' },
    accounts: { payer: 'payer' },
  },
  cleanAdmin: {
    instruction: instructions.cleanAdmin('job', 'payer'),
    args: {},
    roles: { job: 'job' },
    accounts: { payer: 'payer', authority: 'market admin' },
  },
};

const decode = (calls: readonly Call[], error?: string): ProtocolEvent[] =>
  decodeTransaction(createChain().tx(calls, error === undefined ? {} : { error }), network);

const named = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([key, name]) => [key, addr(name)]));

describe('decodeTransaction', () => {
  it.each(JOBS_INSTRUCTIONS)('reads %s at top level and inside another program', (name) => {
    const { instruction, args, roles, accounts } = TABLE[name];
    const expected = {
      instruction: name,
      failed: false,
      args,
      accounts: expect.objectContaining(named(accounts)),
      market: null,
      job: null,
      run: null,
      node: null,
      project: null,
      ...named(roles),
      movements: [],
    };
    expect(decode([callOf(instruction)])).toMatchObject([{ ...expected, path: [0] }]);
    expect(decode([wrapped(wrapped(callOf(instruction)))])).toMatchObject([{ ...expected, path: [0, 1] }]);
  });

  it.each(['list', 'work'] as const)('gives %s a run only when it created the run account', (name) => {
    const { instruction } = TABLE[name];
    expect(decode([callOf(instruction)])[0]?.run).toBeNull();
    expect(decode([callOf(instruction, [{ creates: addr('job') }])])[0]?.run).toBeNull();
    expect(decode([callOf(instruction, [{ creates: addr('run') }])])[0]?.run).toBe(addr('run'));
  });

  it('marks failed transactions, which created and moved nothing', () => {
    const effects: Effect[] = [{ creates: addr('run') }, transfer(5n, 'a', 'b')];
    expect(decode([callOf(TABLE.list.instruction, effects)], '"x"')).toMatchObject([
      { instruction: 'list', failed: true, run: null, movements: [], job: addr('job') },
    ]);
  });

  it('ignores other programs, and the same program of another cluster', () => {
    const tx = createChain().tx([callOf(TABLE.work.instruction), wrapped()]);
    expect(decodeTransaction(tx, networkConfig('mainnet'))).toEqual([]);
  });

  it.each([
    ['no data', []],
    ['half a discriminator', [54, 174, 193]],
    ['another discriminator', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['arguments that are too short', [54, 174, 193, 67, 17, 41, 132, 38, 1]],
  ])('keeps %s as unknown', (_, bytes) => {
    const call = { ...callOf(TABLE.list.instruction), data: new Uint8Array(bytes) };
    expect(decode([call])).toMatchObject([
      { instruction: 'unknown', accounts: {}, args: { data: hexOf(new Uint8Array(bytes)) }, market: null },
    ]);
  });

  it('keeps calls with too few accounts as unknown and ignores extra accounts and bytes', () => {
    const call = callOf(TABLE.finish.instruction);
    expect(decode([{ ...call, accounts: call.accounts.slice(0, 9) }])[0]?.instruction).toBe('unknown');
    const longer = {
      ...call,
      accounts: [...call.accounts, addr('extra')],
      data: new Uint8Array([...call.data, 1, 2, 3]),
    };
    expect(decode([longer])[0]).toMatchObject({ instruction: 'finish', args: TABLE.finish.args });
  });

  it('gives positions that sort like execution', () => {
    const tx = createChain().tx([
      callOf(TABLE.work.instruction),
      wrapped(callOf(TABLE.stop.instruction), callOf(TABLE.work.instruction)),
      callOf(TABLE.stop.instruction),
    ]);
    const positions = decodeTransaction(tx, network).map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted());
    expect(positions[1]).toBe(chainPosition(tx.slot, tx.index, [1, 0]));
  });
});

describe('token movements', () => {
  it('are the transfers under their own call, with owners and mint from the balances', () => {
    const call = callOf(TABLE.finish.instruction, [
      transfer(30n, 'vault', 'wallet'),
      { transfers: 70n, from: addr('vault'), to: addr('deposit'), checked: network.nosMint },
    ]);
    const tx = createChain().tx([call, callOf(TABLE.work.instruction)], {
      tokenBalances: [
        { account: addr('vault'), mint: network.nosMint, owner: addr('vault'), before: 100n, after: 0n },
        { account: addr('wallet'), mint: network.nosMint, owner: addr('node'), before: null, after: 30n },
      ],
    });
    const [finish, work] = decodeTransaction(tx, network);
    expect(finish?.movements).toEqual([
      {
        path: [0, 0],
        from: addr('vault'),
        to: addr('wallet'),
        fromOwner: addr('vault'),
        toOwner: addr('node'),
        mint: network.nosMint,
        amount: 30n,
      },
      {
        path: [0, 1],
        from: addr('vault'),
        to: addr('deposit'),
        fromOwner: addr('vault'),
        toOwner: null,
        mint: network.nosMint,
        amount: 70n,
      },
    ]);
    expect(work?.movements).toEqual([]);
  });

  it('belong to the inner call that made them, not to its neighbours', () => {
    const pay = (amount: bigint) => callOf(TABLE.delist.instruction, [transfer(amount, 'vault', 'wallet')]);
    const stray = callOf({ programAddress: addr('other') }, [transfer(9n, 'x', 'y')]);
    const amounts = decode([wrapped(pay(1n), stray, pay(2n))]).map(({ movements }) =>
      movements.map(({ amount }) => amount),
    );
    expect(amounts).toEqual([[1n], [2n]]);
  });

  it('are split at the next call of the program where old history tells no stack heights', () => {
    const pay = (amount: bigint) => callOf(TABLE.delist.instruction, [transfer(amount, 'vault', 'wallet')]);
    const tx = createChain().tx([wrapped(pay(1n), pay(2n))]);
    const old = {
      ...tx,
      instructions: tx.instructions.map((each) =>
        each.path.length === 1 ? each : { ...each, stackHeight: 0 },
      ),
    };
    expect(decodeTransaction(old, network).map(({ movements }) => movements[0]?.amount)).toEqual([1n, 2n]);
  });
});
