import { AccountRole, type Address, address, type Instruction, lamports } from '@solana/kit';
import {
  getAdvanceNonceAccountInstruction,
  getAllocateInstruction,
  getAssignInstruction,
  getCreateAccountInstruction,
  getInitializeNonceAccountInstruction,
  getTransferSolInstruction,
  getWithdrawNonceAccountInstruction,
  SYSTEM_PROGRAM_ADDRESS,
} from '@solana-program/system';
import {
  findAssociatedTokenPda,
  getApproveInstruction,
  getBurnInstruction,
  getCloseAccountInstruction,
  getCreateAssociatedTokenIdempotentInstruction,
  getCreateAssociatedTokenInstruction,
  getFreezeAccountInstruction,
  getInitializeMint2Instruction,
  getMintToInstruction,
  getRevokeInstruction,
  getThawAccountInstruction,
  getTransferCheckedInstruction,
  getTransferInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { at, type Cast, RICH } from './cast.js';
import type { Draw } from './draw.js';

/** Makes an instruction of one kind. */
export type Maker = (cast: Cast, draw: Draw) => Instruction | Promise<Instruction>;
export type Makers = Readonly<Record<string, Maker>>;

const MEMO = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
const COMPUTE_BUDGET = address('ComputeBudget111111111111111111111111111111');
const ED25519 = address('Ed25519SigVerify111111111111111111111111111');
const SPACES = [0n, 80n, 82n, 165n, 1_000n] as const;
const OWNERS = [SYSTEM_PROGRAM_ADDRESS, TOKEN_PROGRAM_ADDRESS, MEMO] as const;

const who = (cast: Cast, draw: Draw) => at(cast.wallets, draw.who);
const other = (cast: Cast, draw: Draw) => at(cast.wallets, draw.other);
const key = (cast: Cast, draw: Draw) => at(cast.keys, draw.key);
const tokens = async (cast: Cast, owner: Address): Promise<Address> => {
  const [found] = await findAssociatedTokenPda({
    owner,
    mint: cast.mint.address,
    tokenProgram: TOKEN_PROGRAM_ADDRESS,
  });
  return found;
};

/** The system program. */
const SYSTEM: Makers = {
  transferSol: (cast, draw) =>
    getTransferSolInstruction({
      source: who(cast, draw),
      destination: at(cast.addresses, draw.other + draw.key * cast.wallets.length),
      amount: lamports(draw.amount),
    }),
  createAccount: (cast, draw) =>
    getCreateAccountInstruction({
      payer: who(cast, draw),
      newAccount: key(cast, draw),
      lamports: lamports(BigInt.asUintN(64, 2_000_000n + draw.amount)),
      space: at(SPACES, draw.second),
      programAddress: at(OWNERS, draw.other),
    }),
  allocate: (cast, draw) =>
    getAllocateInstruction({ newAccount: key(cast, draw), space: at([...SPACES, 1n << 40n], draw.second) }),
  assign: (cast, draw) =>
    getAssignInstruction({ account: key(cast, draw), programAddress: at(OWNERS, draw.other) }),
  initializeNonce: (cast, draw) =>
    getInitializeNonceAccountInstruction({
      nonceAccount: key(cast, draw).address,
      nonceAuthority: who(cast, draw).address,
    }),
  advanceNonce: (cast, draw) =>
    getAdvanceNonceAccountInstruction({
      nonceAccount: key(cast, draw).address,
      nonceAuthority: who(cast, draw),
    }),
  withdrawNonce: (cast, draw) =>
    getWithdrawNonceAccountInstruction({
      nonceAccount: key(cast, draw).address,
      recipientAccount: other(cast, draw).address,
      nonceAuthority: who(cast, draw),
      withdrawAmount: lamports(draw.amount),
    }),
};

/** The token programs. */
const TOKEN: Makers = {
  mintTo: async (cast, draw) =>
    getMintToInstruction({
      mint: cast.mint.address,
      token: await tokens(cast, other(cast, draw).address),
      mintAuthority: at(cast.wallets, draw.second === 0 ? draw.who : RICH),
      amount: draw.amount,
    }),
  transferTokens: async (cast, draw) =>
    getTransferInstruction({
      source: await tokens(cast, who(cast, draw).address),
      destination: await tokens(cast, other(cast, draw).address),
      authority: at(cast.wallets, draw.second === 0 ? draw.other : draw.who),
      amount: draw.amount,
    }),
  transferTokensChecked: async (cast, draw) =>
    getTransferCheckedInstruction({
      source: await tokens(cast, who(cast, draw).address),
      mint: cast.mint.address,
      destination: await tokens(cast, other(cast, draw).address),
      authority: who(cast, draw),
      amount: draw.amount,
      decimals: draw.second === 0 ? 3 : 2,
    }),
  approve: async (cast, draw) =>
    getApproveInstruction({
      source: await tokens(cast, who(cast, draw).address),
      delegate: other(cast, draw).address,
      owner: who(cast, draw),
      amount: draw.amount,
    }),
  revoke: async (cast, draw) =>
    getRevokeInstruction({
      source: await tokens(cast, who(cast, draw).address),
      owner: who(cast, draw),
    }),
  burn: async (cast, draw) =>
    getBurnInstruction({
      account: await tokens(cast, who(cast, draw).address),
      mint: cast.mint.address,
      authority: who(cast, draw),
      amount: draw.amount,
    }),
  closeTokens: async (cast, draw) =>
    getCloseAccountInstruction({
      account: await tokens(cast, who(cast, draw).address),
      destination: other(cast, draw).address,
      owner: who(cast, draw),
    }),
  freeze: async (cast, draw) =>
    getFreezeAccountInstruction({
      account: await tokens(cast, other(cast, draw).address),
      mint: cast.mint.address,
      owner: at(cast.wallets, RICH),
    }),
  thaw: async (cast, draw) =>
    getThawAccountInstruction({
      account: await tokens(cast, other(cast, draw).address),
      mint: cast.mint.address,
      owner: at(cast.wallets, RICH),
    }),
  createTokens: async (cast, draw) =>
    getCreateAssociatedTokenInstruction({
      payer: who(cast, draw),
      owner: other(cast, draw).address,
      mint: cast.mint.address,
      ata: await tokens(cast, other(cast, draw).address),
    }),
  createTokensIdempotently: async (cast, draw) =>
    getCreateAssociatedTokenIdempotentInstruction({
      payer: who(cast, draw),
      owner: other(cast, draw).address,
      mint: cast.mint.address,
      ata: await tokens(cast, other(cast, draw).address),
    }),
  initializeMint: (cast, draw) =>
    getInitializeMint2Instruction({
      mint: key(cast, draw).address,
      decimals: draw.other,
      mintAuthority: who(cast, draw).address,
    }),
};

/** Memos, compute budgets, signature checks, and calls of nothing. */
const OTHERS: Makers = {
  memo: (cast, draw) => ({
    programAddress: MEMO,
    accounts: [{ address: who(cast, draw).address, role: AccountRole.READONLY_SIGNER }],
    data: Buffer.from(at(['', 'note', 'ünïcode', '\u0000'], draw.key)),
  }),
  memoOfNoText: (_cast, draw) => ({
    programAddress: MEMO,
    accounts: [],
    data: Buffer.from([0xff, draw.key]),
  }),
  unitLimit: (_cast, draw) => {
    const data = Buffer.alloc(5, 2);
    data.writeUInt32LE(at([0, 150, 3_000, 60_000, 1_400_000, 2_000_000], draw.key + draw.other), 1);
    return { programAddress: COMPUTE_BUDGET, data };
  },
  unitPrice: (_cast, draw) => {
    const data = Buffer.alloc(9, 3);
    data.writeBigUInt64LE(at([0n, 1n, 999_999n, 1_000_000n, 50_000_000n, (1n << 64n) - 1n], draw.key), 1);
    return { programAddress: COMPUTE_BUDGET, data };
  },
  heapOrDataLimit: (_cast, draw) => {
    const data = Buffer.alloc(5, at([1, 4], draw.second));
    data.writeUInt32LE(at([32_768, 65_536, 262_144, 262_145, 1_025], draw.key), 1);
    return { programAddress: COMPUTE_BUDGET, data };
  },
  ed25519: (_cast, draw) => ({ programAddress: ED25519, data: Buffer.alloc(2 + draw.key * 16, draw.second) }),
  callOfNothing: (cast, draw) => ({
    programAddress: at(cast.addresses, draw.key * 11 + draw.other),
    accounts: [],
    data: Buffer.from([draw.second]),
  }),
};

export const GENERAL: Makers = { ...SYSTEM, ...TOKEN, ...OTHERS };
