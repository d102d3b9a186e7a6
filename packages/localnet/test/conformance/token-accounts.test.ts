import {
  CpiGuardLayout,
  DefaultAccountStateLayout,
  ExtensionType,
  GroupMemberPointerLayout,
  GroupPointerLayout,
  MemoTransferLayout,
  MetadataPointerLayout,
  MintCloseAuthorityLayout,
  MultisigLayout,
  PausableConfigLayout,
  PermanentDelegateLayout,
  ScaledUiAmountConfigLayout,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  TransferFeeAmountLayout,
  TransferFeeConfigLayout,
  TransferHookAccountLayout,
  TransferHookLayout,
} from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import { uiTokenAmount } from '../../src/encodings/token-accounts.js';
import { showAccount, stateOf } from './parsed-accounts.js';
import { account, key, mint, type RawAccount, write } from './token-layouts.js';

const [a, b, c] = [key(1), key(2), key(3)];
const [A, B, C] = [a.toBase58(), b.toBase58(), c.toBase58()];
const NOBODY = PublicKey.default;
const TOKEN = TOKEN_PROGRAM_ID.toBase58();
const TOKEN_2022 = TOKEN_2022_PROGRAM_ID.toBase58();

const others = { [A]: stateOf(TOKEN, mint()) };
const amount = (value: string, ui: number) => ({
  amount: value,
  decimals: 2,
  uiAmount: ui,
  uiAmountString: String(ui),
});
const plain = { isNative: false, mint: A, owner: B, state: 'initialized', tokenAmount: amount('42', 0.42) };

describe('accounts of the token program', () => {
  const rows: [name: string, edit: Partial<RawAccount>, info: object][] = [
    ['with all options off', {}, plain],
    ['frozen', { state: 2 }, { ...plain, state: 'frozen' }],
    [
      'with a delegate',
      { delegateOption: 1, delegate: c, delegatedAmount: 7n },
      { ...plain, delegate: C, delegatedAmount: amount('7', 0.07) },
    ],
    [
      'of wrapped SOL',
      { isNativeOption: 1, isNative: 2_039_280n },
      { ...plain, isNative: true, rentExemptReserve: amount('2039280', 20392.8) },
    ],
    [
      'with a close authority',
      { closeAuthorityOption: 1, closeAuthority: c },
      { ...plain, closeAuthority: C },
    ],
  ];
  it.each(rows)('are shown %s', (_name, edit, info) => {
    const parsed = { parsed: { info, type: 'account' }, space: 165 };
    expect(showAccount(TOKEN, account(edit), { others })).toEqual({ ...parsed, program: 'spl-token' });
    expect(showAccount(TOKEN_2022, account(edit), { others })).toEqual({
      ...parsed,
      program: 'spl-token-2022',
    });
  });

  it('stay raw without their mint, before they are initialized, and at odd lengths', () => {
    expect(showAccount(TOKEN, account())).toBeNull();
    expect(showAccount(TOKEN, account({ state: 0 }), { others })).toBeNull();
    expect(showAccount(TOKEN, account().subarray(0, 164), { others })).toBeNull();
    expect(showAccount(TOKEN, Buffer.concat([account(), Buffer.of(2)]), { others })).toBeNull();
    expect(showAccount(C, account(), { others })).toBeNull();
  });

  it('are mints', () => {
    const info = {
      decimals: 2,
      freezeAuthority: null,
      isInitialized: true,
      mintAuthority: B,
      supply: '1000',
    };
    expect(showAccount(TOKEN, mint())).toEqual({
      parsed: { info, type: 'mint' },
      program: 'spl-token',
      space: 82,
    });
    const fixed = mint({ mintAuthorityOption: 0, freezeAuthorityOption: 1, freezeAuthority: c });
    expect(showAccount(TOKEN, fixed)).toMatchObject({
      parsed: { info: { ...info, freezeAuthority: C, mintAuthority: null } },
    });
    expect(showAccount(TOKEN, mint({ isInitialized: false }))).toBeNull();
  });

  it('are multisigs', () => {
    const signers = Object.fromEntries(
      Array.from({ length: 11 }, (_item, index) => [`signer${index + 1}`, [a, b, c][index] ?? NOBODY]),
    );
    const value = { m: 2, n: 3, isInitialized: true, ...signers };
    const data = write(MultisigLayout, value as Parameters<typeof MultisigLayout.encode>[0]);
    expect(showAccount(TOKEN, data)).toEqual({
      parsed: {
        info: { isInitialized: true, numRequiredSigners: 2, numValidSigners: 3, signers: [A, B, C] },
        type: 'multisig',
      },
      program: 'spl-token',
      space: 355,
    });
    data.writeUInt8(0, 2);
    expect(showAccount(TOKEN, data)).toBeNull();
  });
});

/** Data of Token-2022: the plain part, its kind, and extensions one after the other. */
function extended(base: Buffer, kind: 1 | 2, ...extensions: [type: number, value: Buffer][]): Buffer {
  const bytes = Buffer.alloc(166);
  base.copy(bytes);
  bytes.writeUInt8(kind, 165);
  const parts = extensions.map(([type, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([bytes, ...parts]);
}

const text = (value: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};
const fee = (epoch: bigint) => ({ epoch, maximumFee: 10n, transferFeeBasisPoints: 25 });
const count = (value: number): Buffer => text('x'.repeat(value)).subarray(0, 4);

describe('extensions of Token-2022', () => {
  const rows: [extension: string, type: ExtensionType, value: Buffer, state?: object][] = [
    [
      'transferFeeConfig',
      ExtensionType.TransferFeeConfig,
      write(TransferFeeConfigLayout, {
        transferFeeConfigAuthority: a,
        withdrawWithheldAuthority: NOBODY,
        withheldAmount: 3n,
        olderTransferFee: fee(1n),
        newerTransferFee: fee(2n),
      }),
      {
        transferFeeConfigAuthority: A,
        withdrawWithheldAuthority: null,
        withheldAmount: 3n,
        olderTransferFee: fee(1n),
        newerTransferFee: fee(2n),
      },
    ],
    [
      'transferFeeAmount',
      ExtensionType.TransferFeeAmount,
      write(TransferFeeAmountLayout, { withheldAmount: 3n }),
      { withheldAmount: 3n },
    ],
    [
      'mintCloseAuthority',
      ExtensionType.MintCloseAuthority,
      write(MintCloseAuthorityLayout, { closeAuthority: c }),
      { closeAuthority: C },
    ],
    [
      'defaultAccountState',
      ExtensionType.DefaultAccountState,
      write(DefaultAccountStateLayout, { state: 2 }),
      { accountState: 'frozen' },
    ],
    ['immutableOwner', ExtensionType.ImmutableOwner, Buffer.alloc(0)],
    [
      'memoTransfer',
      ExtensionType.MemoTransfer,
      write(MemoTransferLayout, { requireIncomingTransferMemos: true }),
      { requireIncomingTransferMemos: true },
    ],
    ['nonTransferable', ExtensionType.NonTransferable, Buffer.alloc(0)],
    [
      'interestBearingConfig',
      ExtensionType.InterestBearingConfig,
      Buffer.concat([a.toBuffer(), u64(5n), Buffer.of(0xfe, 0xff), u64(6n), Buffer.of(44, 1)]),
      {
        rateAuthority: A,
        initializationTimestamp: 5n,
        preUpdateAverageRate: -2,
        lastUpdateTimestamp: 6n,
        currentRate: 300,
      },
    ],
    ['cpiGuard', ExtensionType.CpiGuard, write(CpiGuardLayout, { lockCpi: false }), { lockCpi: false }],
    [
      'permanentDelegate',
      ExtensionType.PermanentDelegate,
      write(PermanentDelegateLayout, { delegate: a }),
      { delegate: A },
    ],
    ['nonTransferableAccount', ExtensionType.NonTransferableAccount, Buffer.alloc(0)],
    [
      'transferHook',
      ExtensionType.TransferHook,
      write(TransferHookLayout, { authority: NOBODY, programId: b }),
      { authority: null, programId: B },
    ],
    [
      'transferHookAccount',
      ExtensionType.TransferHookAccount,
      write(TransferHookAccountLayout, { transferring: false }),
      { transferring: false },
    ],
    [
      'metadataPointer',
      ExtensionType.MetadataPointer,
      write(MetadataPointerLayout, { authority: a, metadataAddress: b }),
      { authority: A, metadataAddress: B },
    ],
    [
      'tokenMetadata',
      ExtensionType.TokenMetadata,
      Buffer.concat([
        a.toBuffer(),
        b.toBuffer(),
        text('Náme'),
        text('NM'),
        text('https://x'),
        count(1),
        text('k'),
        text('v'),
      ]),
      {
        updateAuthority: A,
        mint: B,
        name: 'Náme',
        symbol: 'NM',
        uri: 'https://x',
        additionalMetadata: [['k', 'v']],
      },
    ],
    [
      'groupPointer',
      ExtensionType.GroupPointer,
      write(GroupPointerLayout, { authority: a, groupAddress: b }),
      { authority: A, groupAddress: B },
    ],
    [
      'tokenGroup',
      ExtensionType.TokenGroup,
      Buffer.concat([NOBODY.toBuffer(), b.toBuffer(), u64(1n), u64(9n)]),
      { updateAuthority: null, mint: B, size: 1n, maxSize: 9n },
    ],
    [
      'groupMemberPointer',
      ExtensionType.GroupMemberPointer,
      write(GroupMemberPointerLayout, { authority: a, memberAddress: b }),
      { authority: A, memberAddress: B },
    ],
    [
      'tokenGroupMember',
      ExtensionType.TokenGroupMember,
      Buffer.concat([a.toBuffer(), b.toBuffer(), u64(4n)]),
      { mint: A, group: B, memberNumber: 4n },
    ],
    [
      'scaledUiAmountConfig',
      ExtensionType.ScaledUiAmountConfig,
      write(ScaledUiAmountConfigLayout, {
        authority: a,
        multiplier: 1.5,
        newMultiplierEffectiveTimestamp: 8n,
        newMultiplier: 2,
      }),
      { authority: A, multiplier: '1.5', newMultiplierEffectiveTimestamp: 8n, newMultiplier: '2' },
    ],
    [
      'pausableConfig',
      ExtensionType.PausableConfig,
      write(PausableConfigLayout, { authority: a, paused: true }),
      { authority: A, paused: true },
    ],
    ['pausableAccount', ExtensionType.PausableAccount, Buffer.alloc(0)],
    ['unparseableExtension', ExtensionType.ConfidentialTransferMint, Buffer.alloc(65)],
  ];
  it.each(rows)('%s', (extension, type, value, state) => {
    const shown = state === undefined ? { extension } : { extension, state };
    const data = extended(mint(), 1, [type, value], [0, Buffer.alloc(3)]);
    expect(showAccount(TOKEN_2022, data)).toMatchObject({ parsed: { info: { extensions: [shown] } } });
    expect(showAccount(TOKEN_2022, extended(account(), 2, [type, value]), { others })).toMatchObject({
      parsed: { info: { extensions: [shown] }, type: 'account' },
      program: 'spl-token-2022',
    });
  });

  it('are left out when they are broken', () => {
    const cut = extended(account(), 2, [ExtensionType.MemoTransfer, Buffer.of(1)]).subarray(0, -1);
    expect(showAccount(TOKEN_2022, cut, { others })).toMatchObject({ parsed: { info: plain } });
    expect(showAccount(TOKEN_2022, cut, { others })).not.toHaveProperty('parsed.info.extensions');
    const short = extended(account(), 2, [ExtensionType.CpiGuard, Buffer.alloc(0)]);
    expect(showAccount(TOKEN_2022, short, { others })).toMatchObject({
      parsed: { info: { extensions: [{ extension: 'unparseableExtension' }] } },
    });
    // The byte that says what it is decides.
    expect(showAccount(TOKEN_2022, extended(account(), 1), { others })).toBeNull();
  });
});

describe('token amounts', () => {
  const rows: [amount: bigint, decimals: number, ui: number | null, text: string][] = [
    [0n, 0, 0, '0'],
    [1n, 0, 1, '1'],
    [10n, 0, 10, '10'],
    [0n, 9, 0, '0'],
    [1n, 9, 1e-9, '0.000000001'],
    [1_000_000_000n, 9, 1, '1'],
    [1_234_567_890n, 3, 1_234_567.89, '1234567.89'],
    [1_234_567_890n, 19, 1_234_567_890 / 1e19, '0.000000000123456789'],
    [1_234_567_890n, 20, null, '0.0000000000123456789'],
    [1_234_567_890n, 25, null, '0.000000000000000123456789'],
    [2n ** 64n - 1n, 6, Number(2n ** 64n - 1n) / 1e6, '18446744073709.551615'],
  ];
  it.each(rows)('%d with %d places', (value, decimals, uiAmount, uiAmountString) => {
    expect(uiTokenAmount(value, decimals)).toEqual({
      amount: value.toString(),
      decimals,
      uiAmount,
      uiAmountString,
    });
  });
});
