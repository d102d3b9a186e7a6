import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { decodeTransaction } from '../src/events/decode.js';
import type { ProtocolEvent } from '../src/events/event.js';
import { NODES_INSTRUCTIONS, REWARDS_INSTRUCTIONS, STAKING_INSTRUCTIONS } from '../src/events/names.js';
import { addr } from './support/addresses.js';
import { type Call, createChain, wrapped } from './support/chain.js';
import { noonOf } from './support/eras.js';
import { accountNamed, le, network, rawCall, text } from './support/raw-call.js';

const machine = [
  3,
  ...le(528n, 2),
  ...le(8n, 2),
  ...le(1n, 2),
  ...le(32n, 2),
  ...le(900n, 2),
  ...le(500n, 2),
];
const MACHINE = {
  architecture: '3',
  country: '528',
  cpu: '8',
  gpu: '1',
  memory: '32',
  iops: '900',
  storage: '500',
};
const URL = 'https://node.example/ü';

type Row = [
  program: 'nodes' | 'staking' | 'rewards',
  name: string,
  form: string,
  snakeName: string,
  accounts: string,
  data: number[],
  args: Record<string, string>,
  node: string | null,
];

const BIG = 2n ** 64n - 1n;
const STAKE = 'mint user vault stake authority systemProgram tokenProgram rent';

const ROWS: readonly Row[] = [
  [
    'nodes',
    'register',
    'B',
    'register',
    'node payer authority systemProgram',
    [...machine, ...text(URL), ...text('icon'), ...text('1.2.3')],
    { ...MACHINE, endpoint: URL, icon: 'icon', version: '1.2.3' },
    'authority',
  ],
  [
    'nodes',
    'register',
    'A',
    'register',
    'node icon payer authority systemProgram',
    [...machine, ...text(URL), ...text('1')],
    { ...MACHINE, endpoint: URL, version: '1' },
    'authority',
  ],
  [
    'nodes',
    'update',
    'B',
    'update',
    'node authority',
    [...machine, ...text(''), ...text(''), ...text('')],
    { ...MACHINE, endpoint: '', icon: '', version: '' },
    'authority',
  ],
  [
    'nodes',
    'update',
    'A',
    'update',
    'node icon authority',
    [...machine, ...text(URL), ...text('')],
    { ...MACHINE, endpoint: URL, version: '' },
    'authority',
  ],
  ['nodes', 'audit', 'A', 'audit', 'node authority', [1], { audited: 'true' }, null],

  ['staking', 'init', 'A', 'init', 'settings authority systemProgram rent', [], {}, null],
  [
    'staking',
    'stake',
    'B',
    'stake',
    STAKE,
    [...le(BIG, 8), ...le(2n ** 100n, 16)],
    { amount: String(BIG), duration: String(2n ** 100n) },
    'authority',
  ],
  [
    'staking',
    'stake',
    'A',
    'stake',
    STAKE,
    [...le(5n, 8), ...le(86_400n, 8)],
    { amount: '5', duration: '86400' },
    'authority',
  ],
  [
    'staking',
    'topup',
    'A',
    'topup',
    'user vault stake authority tokenProgram',
    le(7n, 8),
    { amount: '7' },
    'authority',
  ],
  ['staking', 'extend', 'C', 'extend', 'stake authority', le(9n, 8), { duration: '9' }, 'authority'],
  ['staking', 'extend', 'A', 'extend', '0 1 2', le(9n, 8), { duration: '9' }, null],
  ['staking', 'unstake', 'A', 'unstake', 'stake reward authority', [], {}, 'authority'],
  ['staking', 'restake', 'D', 'restake', 'vault stake authority', [], {}, 'authority'],
  ['staking', 'restake', 'A', 'restake', 'stake authority', [], {}, 'authority'],
  ['staking', 'withdraw', 'D', 'withdraw', 'user vault stake authority tokenProgram', [], {}, 'authority'],
  ['staking', 'close', 'D', 'close', 'user stake vault authority tokenProgram', [], {}, 'authority'],
  [
    'staking',
    'slash',
    'D',
    'slash',
    'vault stake tokenAccount settings authority tokenProgram',
    le(3n, 8),
    { amount: '3' },
    null,
  ],
  [
    'staking',
    'updateSettings',
    'C',
    'update_settings',
    'newAuthority tokenAccount settings authority',
    [],
    {},
    null,
  ],
  ['staking', 'claim', 'A', 'claim', '0 1 2 3 4', [], {}, null],
  ['staking', 'updateAuthority', 'A', 'update_authority', '0 1 2', [], {}, null],

  [
    'rewards',
    'init',
    'A',
    'init',
    'mint reflection vault authority systemProgram tokenProgram rent',
    [],
    {},
    null,
  ],
  ['rewards', 'enter', 'A', 'enter', 'reflection stake reward authority systemProgram', [], {}, 'authority'],
  [
    'rewards',
    'addFee',
    'B',
    'add_fee',
    'user reflection vault authority tokenProgram',
    le(11n, 8),
    { amount: '11' },
    null,
  ],
  ['rewards', 'addFee', 'A', 'add_fee', '0 1 2 3 4 5', le(11n, 8), { amount: '11' }, null],
  [
    'rewards',
    'claim',
    'A',
    'claim',
    'user vault reflection reward stake authority tokenProgram',
    [],
    {},
    'authority',
  ],
  ['rewards', 'sync', 'A', 'sync', 'reward stake reflection', [], {}, null],
  ['rewards', 'close', 'B', 'close', 'reflection reward authority', [], {}, 'authority'],
  ['rewards', 'close', 'A', 'close', '0 1 2 3', [], {}, null],
  ['rewards', 'migrateStats', 'A', 'migrate_stats', '0 1 2', [], {}, null],
];

const IN_2022 = BigInt(Date.parse('2022-09-18') / 1000);
const decode = (calls: readonly Call[], blockTime: bigint | null = IN_2022): ProtocolEvent[] =>
  decodeTransaction(createChain().tx(calls, { blockTime }), network);

describe('calls of the other programs', () => {
  it.each(ROWS)('%s: reads %s in form %s', (program, name, form, snakeName, accounts, data, args, node) => {
    const call = rawCall(program, snakeName, accounts, data);
    const expected = {
      program,
      instruction: name,
      form,
      args,
      accounts: Object.fromEntries(accounts.split(' ').map((each) => [each, accountNamed(each)])),
      node: node === null ? null : addr(node),
      market: null,
      job: null,
      run: null,
      project: null,
    };
    expect(decode([call])).toMatchObject([expected]);
    expect(decode([wrapped(call)])).toMatchObject([{ ...expected, path: [0, 0] }]);
  });

  it('have a row for every instruction', () => {
    const names = (program: string) => ROWS.filter(([of]) => of === program).map(([, name]) => name);
    expect(new Set(names('nodes'))).toEqual(new Set(NODES_INSTRUCTIONS));
    expect(new Set(names('staking'))).toEqual(new Set(STAKING_INSTRUCTIONS));
    expect(new Set(names('rewards'))).toEqual(new Set(REWARDS_INSTRUCTIONS));
  });

  it('of today are read by date where an old form took more accounts', () => {
    const today = noonOf('M');
    const more = (accounts: string) => `${accounts} more`;
    const calls = [
      rawCall('staking', 'extend', more('stake authority'), le(9n, 8)),
      rawCall('rewards', 'add_fee', more('user reflection vault authority tokenProgram'), le(9n, 8)),
      rawCall('rewards', 'close', more('reflection reward authority')),
    ];
    expect(decode(calls, today).map(({ form }) => form)).toEqual(['C', 'B', 'B']);
  });

  it('of slash began with the settings once', () => {
    const call = rawCall('staking', 'slash', 'settings 1 2 3 authority tokenProgram', le(3n, 8));
    const settings = address('HHt4ZXNMZb3eftbgPNjJvxCYGGitZmqJQXFgudV8dMcd');
    const accounts = [settings, ...call.accounts.slice(1)];
    expect(decode([{ ...call, accounts }])).toMatchObject([
      {
        form: 'A',
        args: { amount: '3' },
        accounts: { settings, 1: addr('1'), 4: addr('authority'), 5: accountNamed('tokenProgram') },
      },
    ]);
  });

  it('say what went into and out of their vaults, also inside another program of the network', () => {
    const fee = rawCall('rewards', 'add_fee', 'user reflection vault authority tokenProgram', le(5n, 8), [
      { transfers: 5n, from: accountNamed('user'), to: accountNamed('vault') },
    ]);
    const list = rawCall(
      'jobs',
      'list',
      'job market run user jobVault payer rewardsReflection vault authority rewardsProgram tokenProgram systemProgram',
      [...le(0n, 32), ...le(60n, 8)],
    );
    const deposit = rawCall(
      'jobs',
      'x',
      'x',
      [],
      [{ transfers: 50n, from: accountNamed('user'), to: accountNamed('jobVault') }],
    ).calls;
    const tx = createChain().tx([{ ...list, calls: [fee, ...deposit] }], { blockTime: noonOf('L') });
    const without = {
      ...tx,
      instructions: tx.instructions.map((each) => ({ ...each, stackHeight: each.path.length === 1 ? 1 : 0 })),
    };
    for (const each of [tx, without]) {
      const [listed, added] = decodeTransaction(each, network);
      expect(listed).toMatchObject({ program: 'jobs', instruction: 'list' });
      expect(listed?.movements.map(({ amount }) => amount)).toEqual([5n, 50n]);
      expect(added).toMatchObject({ program: 'rewards', instruction: 'addFee', path: [0, 0] });
      expect(added?.movements.map(({ amount }) => amount)).toEqual([5n]);
    }
  });

  it('keep text that no database takes', () => {
    const strange = [...le(3n, 4), 0, 0xff, 65];
    const call = rawCall('nodes', 'update', 'node authority', [
      ...machine,
      ...strange,
      ...text(''),
      ...text(''),
    ]);
    expect(decode([call])[0]?.args.endpoint).toBe('\uFFFD\uFFFDA');
  });
});
