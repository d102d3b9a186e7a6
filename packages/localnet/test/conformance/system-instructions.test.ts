import {
  AddressLookupTableProgram,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_RECENT_BLOCKHASHES_PUBKEY,
  SYSVAR_RENT_PUBKEY,
  SystemProgram,
  TransactionInstruction,
} from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import { show } from './instructions.js';

const key = (seed: number): PublicKey => new PublicKey(new Uint8Array(32).fill(seed));
const [a, b, c, d] = [key(1), key(2), key(3), key(4)];
const [A, B, C, D] = [a, b, c, d].map((one) => one.toBase58());
const RENT = SYSVAR_RENT_PUBKEY.toBase58();
const HASHES = SYSVAR_RECENT_BLOCKHASHES_PUBKEY.toBase58();
const CLOCK = SYSVAR_CLOCK_PUBKEY.toBase58();
const SYSTEM = SystemProgram.programId.toBase58();

type Row = [type: string, instruction: TransactionInstruction | undefined, info: object];

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
const raw = (programId: PublicKey, keys: PublicKey[], ...data: Buffer[]) =>
  new TransactionInstruction({
    programId,
    keys: keys.map((pubkey) => ({ pubkey, isSigner: false, isWritable: false })),
    data: Buffer.concat(data),
  });

const nonce = SystemProgram.createNonceAccount({
  fromPubkey: a,
  noncePubkey: b,
  authorizedPubkey: c,
  lamports: 1_500_000,
}).instructions;

const rows: Row[] = [
  [
    'createAccount',
    SystemProgram.createAccount({
      fromPubkey: a,
      newAccountPubkey: b,
      lamports: 5,
      space: 165,
      programId: c,
    }),
    { source: A, newAccount: B, lamports: 5n, space: 165n, owner: C },
  ],
  ['assign', SystemProgram.assign({ accountPubkey: a, programId: b }), { account: A, owner: B }],
  [
    'transfer',
    SystemProgram.transfer({ fromPubkey: a, toPubkey: b, lamports: 2n ** 60n }),
    { source: A, destination: B, lamports: 2n ** 60n },
  ],
  [
    'createAccountWithSeed',
    SystemProgram.createAccountWithSeed({
      fromPubkey: a,
      newAccountPubkey: b,
      basePubkey: c,
      seed: 'köln',
      lamports: 7,
      space: 8,
      programId: d,
    }),
    { source: A, newAccount: B, base: C, seed: 'köln', lamports: 7n, space: 8n, owner: D },
  ],
  [
    'advanceNonce',
    SystemProgram.nonceAdvance({ noncePubkey: a, authorizedPubkey: b }),
    { nonceAccount: A, recentBlockhashesSysvar: HASHES, nonceAuthority: B },
  ],
  [
    'withdrawFromNonce',
    SystemProgram.nonceWithdraw({ noncePubkey: a, authorizedPubkey: b, toPubkey: c, lamports: 9 }),
    {
      nonceAccount: A,
      destination: C,
      recentBlockhashesSysvar: HASHES,
      rentSysvar: RENT,
      nonceAuthority: B,
      lamports: 9n,
    },
  ],
  [
    'initializeNonce',
    nonce[1],
    { nonceAccount: B, recentBlockhashesSysvar: HASHES, rentSysvar: RENT, nonceAuthority: C },
  ],
  [
    'authorizeNonce',
    SystemProgram.nonceAuthorize({ noncePubkey: a, authorizedPubkey: b, newAuthorizedPubkey: c }),
    { nonceAccount: A, nonceAuthority: B, newAuthorized: C },
  ],
  ['allocate', SystemProgram.allocate({ accountPubkey: a, space: 64 }), { account: A, space: 64n }],
  [
    'allocateWithSeed',
    SystemProgram.allocate({ accountPubkey: a, basePubkey: b, seed: 'x', space: 64, programId: c }),
    { account: A, base: B, seed: 'x', space: 64n, owner: C },
  ],
  [
    'assignWithSeed',
    SystemProgram.assign({ accountPubkey: a, basePubkey: b, seed: 'x', programId: c }),
    { account: A, base: B, seed: 'x', owner: C },
  ],
  [
    'transferWithSeed',
    SystemProgram.transfer({
      fromPubkey: a,
      basePubkey: b,
      toPubkey: c,
      lamports: 3,
      seed: 'x',
      programId: d,
    }),
    { source: A, sourceBase: B, destination: C, lamports: 3n, sourceSeed: 'x', sourceOwner: D },
  ],
  ['upgradeNonce', raw(SystemProgram.programId, [a], u32(12)), { nonceAccount: A }],
];

const lookupTable = AddressLookupTableProgram.programId;
const table = { lookupTableAccount: A, lookupTableAuthority: B };
const tableRows: Row[] = [
  [
    'createLookupTable',
    raw(lookupTable, [a, b, c, SystemProgram.programId], u32(0), u64(42n), Buffer.of(254)),
    { ...table, payerAccount: C, systemProgram: SYSTEM, recentSlot: 42n, bumpSeed: 254 },
  ],
  ['freezeLookupTable', AddressLookupTableProgram.freezeLookupTable({ lookupTable: a, authority: b }), table],
  [
    'extendLookupTable',
    AddressLookupTableProgram.extendLookupTable({
      lookupTable: a,
      authority: b,
      payer: c,
      addresses: [c, d],
    }),
    { ...table, payerAccount: C, systemProgram: SYSTEM, newAddresses: [C, D] },
  ],
  [
    'extendLookupTable without payer',
    AddressLookupTableProgram.extendLookupTable({ lookupTable: a, authority: b, addresses: [] }),
    { ...table, newAddresses: [] },
  ],
  [
    'deactivateLookupTable',
    AddressLookupTableProgram.deactivateLookupTable({ lookupTable: a, authority: b }),
    table,
  ],
  [
    'closeLookupTable',
    AddressLookupTableProgram.closeLookupTable({ lookupTable: a, authority: b, recipient: c }),
    { ...table, recipient: C },
  ],
];

const loader = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');
const write = [u32(1), u32(7), u64(3n), Buffer.of(1, 2, 3)];
const loaderRows: Row[] = [
  ['initializeBuffer', raw(loader, [a, b], u32(0)), { account: A, authority: B }],
  ['write', raw(loader, [a, b], ...write), { account: A, authority: B, offset: 7, bytes: 'AQID' }],
  [
    'deployWithMaxDataLen',
    raw(
      loader,
      [a, b, c, d, SYSVAR_RENT_PUBKEY, SYSVAR_CLOCK_PUBKEY, SystemProgram.programId, a],
      u32(2),
      u64(99n),
    ),
    {
      payerAccount: A,
      programDataAccount: B,
      programAccount: C,
      bufferAccount: D,
      rentSysvar: RENT,
      clockSysvar: CLOCK,
      systemProgram: SYSTEM,
      authority: A,
      maxDataLen: 99n,
    },
  ],
  [
    'upgrade',
    raw(loader, [a, b, c, d, SYSVAR_RENT_PUBKEY, SYSVAR_CLOCK_PUBKEY, a], u32(3)),
    {
      programDataAccount: A,
      programAccount: B,
      bufferAccount: C,
      spillAccount: D,
      rentSysvar: RENT,
      clockSysvar: CLOCK,
      authority: A,
    },
  ],
  ['setAuthority', raw(loader, [a, b], u32(4)), { account: A, authority: B, newAuthority: null }],
  ['close', raw(loader, [a, b, c, d], u32(5)), { account: A, recipient: B, authority: C, programAccount: D }],
  [
    'extendProgram',
    raw(loader, [a, b], u32(6), u32(10)),
    {
      programDataAccount: A,
      programAccount: B,
      systemProgram: null,
      payerAccount: null,
      additionalBytes: 10,
    },
  ],
  ['setAuthorityChecked', raw(loader, [a, b, c], u32(7)), { account: A, authority: B, newAuthority: C }],
];

const check = (program: string) => (name: string, instruction: Row[1], info: object) => {
  if (instruction === undefined) throw new Error(`${name}: there is no such instruction`);
  expect(show(instruction)).toEqual({
    parsed: { info, type: name.split(' ')[0] },
    program,
    programId: instruction.programId.toBase58(),
    stackHeight: 1,
  });
  // The kind of instruction takes four bytes: with fewer it is not even known.
  expect(show(instruction, (edited) => (edited.data = edited.data.slice(0, 3)))).not.toHaveProperty('parsed');
  expect(show(instruction, (edited) => edited.accounts.splice(0))).not.toHaveProperty('parsed');
};

describe('instructions of the system program', () => {
  it.each(rows)('%s', check('system'));

  it('stay raw when a field is cut off or the text of a seed is broken', () => {
    const transfer = SystemProgram.transfer({ fromPubkey: a, toPubkey: b, lamports: 1 });
    expect(show(transfer, (edited) => (edited.data = edited.data.slice(0, 11)))).not.toHaveProperty('parsed');
    const seeded = raw(
      SystemProgram.programId,
      [a, b],
      u32(10),
      b.toBuffer(),
      u64(1n),
      Buffer.of(0xff),
      c.toBuffer(),
    );
    expect(show(seeded)).not.toHaveProperty('parsed');
    const endless = raw(SystemProgram.programId, [a, b], u32(10), b.toBuffer(), u64(2n ** 63n), c.toBuffer());
    expect(show(endless)).not.toHaveProperty('parsed');
  });
});

describe('instructions of the look-up table program', () => {
  it.each(tableRows)('%s', check('address-lookup-table'));

  it('stay raw when an address is cut off', () => {
    const extend = AddressLookupTableProgram.extendLookupTable({
      lookupTable: a,
      authority: b,
      addresses: [c],
    });
    const cut = (edited: { data: Uint8Array }) => (edited.data = edited.data.slice(0, -1));
    expect(show(extend, cut)).not.toHaveProperty('parsed');
  });
});

describe('instructions of the upgradeable loader', () => {
  it.each(loaderRows)('%s', check('bpf-upgradeable-loader'));
});

describe('memos', () => {
  const memo = (program: string, data: Buffer) => raw(new PublicKey(program), [], data);
  it.each(['MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr', 'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo'])(
    'of %s are text, when they are',
    (program) => {
      expect(show(memo(program, Buffer.from('🦖')))).toEqual({
        parsed: '🦖',
        program: 'spl-memo',
        programId: program,
        stackHeight: 1,
      });
      expect(show(memo(program, Buffer.of(128)))).toEqual({
        accounts: [],
        data: '3D',
        programId: program,
        stackHeight: 1,
      });
    },
  );
});

describe('instructions of other programs', () => {
  it('are shown with accounts by address', () => {
    expect(show(raw(key(9), [a, b], Buffer.from('hi')))).toEqual({
      accounts: [A, B],
      data: '8wr',
      programId: key(9).toBase58(),
      stackHeight: 1,
    });
  });
});
