import {
  AuthorityType,
  createAmountToUiAmountInstruction,
  createApproveCheckedInstruction,
  createApproveInstruction,
  createAssociatedTokenAccountIdempotentInstruction,
  createAssociatedTokenAccountInstruction,
  createBurnCheckedInstruction,
  createBurnInstruction,
  createCloseAccountInstruction,
  createCreateNativeMintInstruction,
  createFreezeAccountInstruction,
  createInitializeAccount2Instruction,
  createInitializeAccount3Instruction,
  createInitializeAccountInstruction,
  createInitializeImmutableOwnerInstruction,
  createInitializeMint2Instruction,
  createInitializeMintCloseAuthorityInstruction,
  createInitializeMintInstruction,
  createInitializeMultisigInstruction,
  createInitializeNonTransferableMintInstruction,
  createInitializePermanentDelegateInstruction,
  createMintToCheckedInstruction,
  createMintToInstruction,
  createRecoverNestedInstruction,
  createRevokeInstruction,
  createSetAuthorityInstruction,
  createSyncNativeInstruction,
  createThawAccountInstruction,
  createTransferCheckedInstruction,
  createTransferInstruction,
  createUiAmountToAmountInstruction,
  NATIVE_MINT_2022,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { PublicKey, SYSVAR_RENT_PUBKEY, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import { show } from './instructions.js';

const key = (seed: number): PublicKey => new PublicKey(new Uint8Array(32).fill(seed));
const [a, b, c, d, e] = [key(1), key(2), key(3), key(4), key(5)];
const [A, B, C, D, E] = [a, b, c, d, e].map((one) => one.toBase58());
const RENT = SYSVAR_RENT_PUBKEY.toBase58();
const SYSTEM = SystemProgram.programId.toBase58();
const amount = 1_500_000n;
const tokenAmount = { amount: '1500000', decimals: 6, uiAmount: 1.5, uiAmountString: '1.5' };

type Row = [type: string, instruction: TransactionInstruction, info: object];

/** Instructions whose authority is one key, and the same with a multisig of two signers. */
const signed = (
  type: string,
  build: (signers: PublicKey[]) => TransactionInstruction,
  info: object,
  [single, multisig]: [string, string],
): Row[] => [
  [type, build([]), { ...info, [single]: D }],
  [`${type} by a multisig`, build([a, e]), { ...info, [multisig]: D, signers: [A, E] }],
];

const AUTHORITY: [string, string] = ['authority', 'multisigAuthority'];
const OWNER: [string, string] = ['owner', 'multisigOwner'];
const MINT_AUTHORITY: [string, string] = ['mintAuthority', 'multisigMintAuthority'];
const FREEZE_AUTHORITY: [string, string] = ['freezeAuthority', 'multisigFreezeAuthority'];

const rows: Row[] = [
  [
    'initializeMint',
    createInitializeMintInstruction(a, 6, b, c),
    { mint: A, decimals: 6, mintAuthority: B, freezeAuthority: C, rentSysvar: RENT },
  ],
  [
    'initializeMint without freeze authority',
    createInitializeMintInstruction(a, 0, b, null),
    { mint: A, decimals: 0, mintAuthority: B, rentSysvar: RENT },
  ],
  [
    'initializeMint2',
    createInitializeMint2Instruction(a, 9, b, c),
    { mint: A, decimals: 9, mintAuthority: B, freezeAuthority: C },
  ],
  [
    'initializeAccount',
    createInitializeAccountInstruction(a, b, c),
    { account: A, mint: B, owner: C, rentSysvar: RENT },
  ],
  [
    'initializeAccount2',
    createInitializeAccount2Instruction(a, b, c),
    { account: A, mint: B, owner: C, rentSysvar: RENT },
  ],
  ['initializeAccount3', createInitializeAccount3Instruction(a, b, c), { account: A, mint: B, owner: C }],
  [
    'initializeImmutableOwner',
    createInitializeImmutableOwnerInstruction(a, TOKEN_PROGRAM_ID),
    { account: A },
  ],
  [
    'initializeMultisig',
    createInitializeMultisigInstruction(a, [b, c, d], 2),
    { multisig: A, rentSysvar: RENT, signers: [B, C, D], m: 2 },
  ],
  [
    'initializeMultisig2',
    new TransactionInstruction({
      programId: TOKEN_PROGRAM_ID,
      keys: [a, b, c].map((pubkey) => ({ pubkey, isSigner: false, isWritable: false })),
      data: Buffer.from([19, 2]),
    }),
    { multisig: A, signers: [B, C], m: 2 },
  ],
  ...signed(
    'transfer',
    (signers) => createTransferInstruction(a, b, d, amount, signers),
    { source: A, destination: B, amount: '1500000' },
    AUTHORITY,
  ),
  ...signed(
    'transferChecked',
    (signers) => createTransferCheckedInstruction(a, b, c, d, amount, 6, signers),
    { source: A, mint: B, destination: C, tokenAmount },
    AUTHORITY,
  ),
  ...signed(
    'approve',
    (signers) => createApproveInstruction(a, b, d, amount, signers),
    { source: A, delegate: B, amount: '1500000' },
    OWNER,
  ),
  ...signed(
    'approveChecked',
    (signers) => createApproveCheckedInstruction(a, b, c, d, amount, 6, signers),
    { source: A, mint: B, delegate: C, tokenAmount },
    OWNER,
  ),
  ...signed('revoke', (signers) => createRevokeInstruction(a, d, signers), { source: A }, OWNER),
  ...signed(
    'setAuthority',
    (signers) => createSetAuthorityInstruction(a, d, AuthorityType.MintTokens, b, signers),
    { mint: A, authorityType: 'mintTokens', newAuthority: B },
    AUTHORITY,
  ),
  [
    'setAuthority of an account to nobody',
    createSetAuthorityInstruction(a, d, AuthorityType.CloseAccount, null),
    { account: A, authorityType: 'closeAccount', newAuthority: null, authority: D },
  ],
  [
    'setAuthority of the owner',
    createSetAuthorityInstruction(a, d, AuthorityType.AccountOwner, b),
    { account: A, authorityType: 'accountOwner', newAuthority: B, authority: D },
  ],
  ...signed(
    'mintTo',
    (signers) => createMintToInstruction(a, b, d, amount, signers),
    { mint: A, account: B, amount: '1500000' },
    MINT_AUTHORITY,
  ),
  ...signed(
    'mintToChecked',
    (signers) => createMintToCheckedInstruction(a, b, d, amount, 6, signers),
    { mint: A, account: B, tokenAmount },
    MINT_AUTHORITY,
  ),
  ...signed(
    'burn',
    (signers) => createBurnInstruction(a, b, d, amount, signers),
    { account: A, mint: B, amount: '1500000' },
    AUTHORITY,
  ),
  ...signed(
    'burnChecked',
    (signers) => createBurnCheckedInstruction(a, b, d, amount, 6, signers),
    { account: A, mint: B, tokenAmount },
    AUTHORITY,
  ),
  ...signed(
    'closeAccount',
    (signers) => createCloseAccountInstruction(a, b, d, signers),
    { account: A, destination: B },
    OWNER,
  ),
  ...signed(
    'freezeAccount',
    (signers) => createFreezeAccountInstruction(a, b, d, signers),
    { account: A, mint: B },
    FREEZE_AUTHORITY,
  ),
  ...signed(
    'thawAccount',
    (signers) => createThawAccountInstruction(a, b, d, signers),
    { account: A, mint: B },
    FREEZE_AUTHORITY,
  ),
  ['syncNative', createSyncNativeInstruction(a), { account: A }],
  ['amountToUiAmount', createAmountToUiAmountInstruction(a, amount), { mint: A, amount: '1500000' }],
  ['uiAmountToAmount', createUiAmountToAmountInstruction(a, '1.5'), { mint: A, uiAmount: '1.5' }],
  [
    'getAccountDataSize',
    new TransactionInstruction({
      programId: TOKEN_2022_PROGRAM_ID,
      keys: [{ pubkey: a, isSigner: false, isWritable: false }],
      data: Buffer.from([21, 7, 0, 8, 0]),
    }),
    { mint: A, extensionTypes: ['immutableOwner', 'memoTransfer'] },
  ],
  [
    'initializeMintCloseAuthority',
    createInitializeMintCloseAuthorityInstruction(a, b, TOKEN_2022_PROGRAM_ID),
    { mint: A, newAuthority: B },
  ],
  [
    'initializeNonTransferableMint',
    createInitializeNonTransferableMintInstruction(a, TOKEN_2022_PROGRAM_ID),
    { mint: A },
  ],
  [
    'initializePermanentDelegate',
    createInitializePermanentDelegateInstruction(a, b, TOKEN_2022_PROGRAM_ID),
    { mint: A, delegate: B },
  ],
  [
    'createNativeMint',
    createCreateNativeMintInstruction(a),
    { payer: A, nativeMint: NATIVE_MINT_2022.toBase58(), systemProgram: SYSTEM },
  ],
];

describe('instructions of the token programs', () => {
  it.each(rows)('%s', (name, instruction, info) => {
    const [type] = name.split(' ');
    expect(show(instruction)).toEqual({
      parsed: { info, type },
      program: 'spl-token',
      programId: instruction.programId.toBase58(),
      stackHeight: 1,
    });
    // Without any account, what they would be called does not matter.
    expect(show(instruction, (raw) => raw.accounts.splice(0))).not.toHaveProperty('parsed');
  });

  it('stay raw when an account is missing', () => {
    const transfer = createTransferInstruction(a, b, d, amount);
    expect(show(transfer, (raw) => raw.accounts.pop())).not.toHaveProperty('parsed');
    const revoke = createRevokeInstruction(a, d);
    expect(show(revoke, (raw) => raw.accounts.pop())).not.toHaveProperty('parsed');
    const multisig = createInitializeMultisigInstruction(a, [b], 1);
    expect(show(multisig, (raw) => raw.accounts.pop())).not.toHaveProperty('parsed');
  });

  it('stay raw when their data is short, or of an unknown kind', () => {
    const transfer = createTransferInstruction(a, b, d, amount);
    for (const data of [[], [3], [3, 1, 2], [255], [26, 0], [6, 99, 0]]) {
      expect(
        show(transfer, (raw) => (raw.data = Uint8Array.from(data))),
        String(data),
      ).toEqual({
        accounts: [A, B, D],
        data: expect.any(String),
        programId: TOKEN_PROGRAM_ID.toBase58(),
        stackHeight: 1,
      });
    }
  });
});

describe('instructions of the associated token account program', () => {
  const program = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';
  const info = {
    source: A,
    account: B,
    wallet: C,
    mint: D,
    systemProgram: SYSTEM,
    tokenProgram: TOKEN_PROGRAM_ID.toBase58(),
  };
  const create = createAssociatedTokenAccountInstruction(a, b, c, d);
  const parsed = (type: string, fields: object) => ({
    parsed: { info: fields, type },
    program: 'spl-associated-token-account',
    programId: program,
    stackHeight: 1,
  });

  it('are shown by their meaning', () => {
    expect(show(create)).toEqual(parsed('create', info));
    expect(show(create, (raw) => (raw.data = Uint8Array.of(0)))).toEqual(parsed('create', info));
    expect(show(createAssociatedTokenAccountIdempotentInstruction(a, b, c, d))).toEqual(
      parsed('createIdempotent', info),
    );
    expect(show(createRecoverNestedInstruction(a, b, c, d, e, key(6)))).toEqual(
      parsed('recoverNested', {
        nestedSource: A,
        nestedMint: B,
        destination: C,
        nestedOwner: D,
        ownerMint: E,
        wallet: key(6).toBase58(),
        tokenProgram: TOKEN_PROGRAM_ID.toBase58(),
      }),
    );
  });

  it('stay raw with accounts too few or data too long', () => {
    expect(show(create, (raw) => raw.accounts.pop())).not.toHaveProperty('parsed');
    expect(show(create, (raw) => (raw.data = Uint8Array.of(0, 0)))).not.toHaveProperty('parsed');
    expect(show(create, (raw) => (raw.data = Uint8Array.of(3)))).not.toHaveProperty('parsed');
  });
});
