import type { Address } from '@solana/kit';
import { PublicKey } from '@solana/web3.js';
import { getNonceEncoder, NonceState, NonceVersion } from '@solana-program/system';
import { describe, expect, it } from 'vitest';
import { showAccount } from './parsed-accounts.js';

const key = (seed: number): Buffer => Buffer.alloc(32, seed);
const name = (seed: number) => new PublicKey(key(seed)).toBase58() as Address;
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

const SYSTEM = '11111111111111111111111111111111';
const SYSVAR = 'Sysvar1111111111111111111111111111111111111';
const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';
const TABLES = 'AddressLookupTab1e1111111111111111111111111';

describe('nonce accounts', () => {
  const data = getNonceEncoder().encode({
    version: NonceVersion.Current,
    state: NonceState.Initialized,
    authority: name(1),
    blockhash: name(2),
    lamportsPerSignature: 5000n,
  });
  const expected = {
    parsed: {
      info: { authority: name(1), blockhash: name(2), feeCalculator: { lamportsPerSignature: '5000' } },
      type: 'initialized',
    },
    program: 'nonce',
    space: 80,
  };
  it('are shown when they are initialized', () => {
    expect(showAccount(SYSTEM, new Uint8Array(data))).toEqual(expected);
    const legacy = Uint8Array.from(data);
    legacy[0] = 0;
    expect(showAccount(SYSTEM, legacy)).toEqual(expected);
  });
  it('stay raw otherwise, as all other accounts of the system program do', () => {
    for (const other of [
      new Uint8Array(),
      new Uint8Array(80),
      Uint8Array.from(data).fill(2, 0, 1),
      data.slice(0, 79),
    ]) {
      expect(showAccount(SYSTEM, new Uint8Array(other))).toBeNull();
    }
  });
});

describe('address look-up tables', () => {
  const table = (authority: Buffer, ...addresses: Buffer[]): Buffer => {
    const head = Buffer.concat([u32(1), u64(2n ** 64n - 1n), u64(7n), Buffer.of(3), authority]);
    return Buffer.concat([head, Buffer.alloc(56 - head.length), ...addresses]);
  };
  const info = {
    addresses: [name(1), name(2)],
    deactivationSlot: '18446744073709551615',
    lastExtendedSlot: '7',
    lastExtendedSlotStartIndex: 3,
  };
  const rows: [name: string, data: Buffer, parsed: object | null][] = [
    [
      'with an authority',
      table(Buffer.concat([Buffer.of(1), key(9)]), key(1), key(2)),
      { info: { ...info, authority: name(9) }, type: 'lookupTable' },
    ],
    ['frozen', table(Buffer.of(0), key(1), key(2)), { info, type: 'lookupTable' }],
    ['not initialized', Buffer.alloc(56), { type: 'uninitialized' }],
    ['with half an address', table(Buffer.of(0), key(1).subarray(16)), null],
    ['cut off', table(Buffer.of(0)).subarray(0, 40), null],
    ['empty', Buffer.alloc(0), null],
  ];
  it.each(rows)('%s', (_name, data, parsed) => {
    expect(showAccount(TABLES, data)).toEqual(
      parsed === null ? null : { parsed, program: 'address-lookup-table', space: data.length },
    );
  });
});

describe('accounts of the upgradeable loader', () => {
  const code = Buffer.from('code');
  const some = Buffer.concat([Buffer.of(1), key(1)]);
  const data = [code.toString('base64'), 'base64'];
  const rows: [name: string, data: Buffer, parsed: object | null][] = [
    ['nothing yet', u32(0), { type: 'uninitialized' }],
    ['a buffer', Buffer.concat([u32(1), some, code]), { info: { authority: name(1), data }, type: 'buffer' }],
    [
      'a buffer of nobody',
      Buffer.concat([u32(1), Buffer.of(0), code]),
      { info: { authority: null, data }, type: 'buffer' },
    ],
    ['a program', Buffer.concat([u32(2), key(2)]), { info: { programData: name(2) }, type: 'program' }],
    [
      'the code of a program',
      Buffer.concat([u32(3), u64(42n), some, code]),
      { info: { authority: name(1), data, slot: 42n }, type: 'programData' },
    ],
    [
      'the code of a program that cannot change',
      Buffer.concat([u32(3), u64(42n), Buffer.of(0), code]),
      { info: { authority: null, data, slot: 42n }, type: 'programData' },
    ],
    ['of an unknown kind', u32(4), null],
    ['a program cut off', Buffer.concat([u32(2), key(2)]).subarray(0, 20), null],
  ];
  it.each(rows)('%s', (_name, bytes, parsed) => {
    expect(showAccount(LOADER, bytes)).toEqual(
      parsed === null ? null : { parsed, program: 'bpf-upgradeable-loader', space: bytes.length },
    );
  });
});

describe('sysvars', () => {
  const history = Buffer.concat([
    Buffer.of(1),
    u64(16_384n),
    Buffer.of(0b101),
    Buffer.alloc(131_071),
    u64(1_048_576n),
    u64(3n),
  ]);
  const rows: [type: string, address: string, data: Buffer, info: object][] = [
    [
      'clock',
      'SysvarC1ock11111111111111111111111111111111',
      Buffer.concat([5n, 6n, 7n, 8n, 9n].map(u64)),
      { slot: 5n, epochStartTimestamp: 6n, epoch: 7n, leaderScheduleEpoch: 8n, unixTimestamp: 9n },
    ],
    [
      'epochSchedule',
      'SysvarEpochSchedu1e111111111111111111111111',
      Buffer.concat([u64(432_000n), u64(431_000n), Buffer.of(1), u64(14n), u64(524_256n)]),
      {
        slotsPerEpoch: 432_000n,
        leaderScheduleSlotOffset: 431_000n,
        warmup: true,
        firstNormalEpoch: 14n,
        firstNormalSlot: 524_256n,
      },
    ],
    [
      'fees',
      'SysvarFees111111111111111111111111111111111',
      u64(5000n),
      { feeCalculator: { lamportsPerSignature: '5000' } },
    ],
    [
      'recentBlockhashes',
      'SysvarRecentB1ockHashes11111111111111111111',
      Buffer.concat([u64(1n), key(1), u64(5000n)]),
      [{ blockhash: name(1), feeCalculator: { lamportsPerSignature: '5000' } }],
    ],
    [
      'rent',
      'SysvarRent111111111111111111111111111111111',
      Buffer.concat([u64(3480n), Buffer.from('0000000000000040', 'hex'), Buffer.of(50)]),
      { lamportsPerByteYear: '3480', exemptionThreshold: 2, burnPercent: 50 },
    ],
    [
      'slotHashes',
      'SysvarS1otHashes111111111111111111111111111',
      Buffer.concat([u64(1n), u64(4n), key(1)]),
      [{ slot: 4n, hash: name(1) }],
    ],
    [
      'slotHistory',
      'SysvarS1otHistory11111111111111111111111111',
      history,
      { bits: `101${'0'.repeat(1_048_573)}`, nextSlot: 3n },
    ],
    [
      'stakeHistory',
      'SysvarStakeHistory1111111111111111111111111',
      Buffer.concat([1n, 9n, 1n, 2n, 3n].map(u64)),
      [{ epoch: 9n, stakeHistory: { effective: 1n, activating: 2n, deactivating: 3n } }],
    ],
    ['lastRestartSlot', 'SysvarLastRestartS1ot1111111111111111111111', u64(12n), { lastRestartSlot: 12n }],
    [
      'epochRewards',
      'SysvarEpochRewards1111111111111111111111111',
      Buffer.concat([u64(1n), u64(2n), key(3), u64(4n), u64(1n), u64(5n), u64(6n), Buffer.of(1)]),
      {
        distributionStartingBlockHeight: 1n,
        numPartitions: 2n,
        parentBlockhash: name(3),
        totalPoints: (2n ** 64n + 4n).toString(),
        totalRewards: '5',
        distributedRewards: '6',
        active: true,
      },
    ],
  ];
  it.each(rows)('%s', (type, address, data, info) => {
    expect(showAccount(SYSVAR, data, { address })).toEqual({
      parsed: { info, type },
      program: 'sysvar',
      space: data.length,
    });
    expect(showAccount(SYSVAR, data.subarray(0, data.length - 1), { address })).toBeNull();
    expect(showAccount(SYSVAR, data, { address: name(1) })).toBeNull();
  });
});
