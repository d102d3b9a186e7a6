import { type Address, address, type Instruction } from '@solana/kit';
import { getCreateAccountInstruction, SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import {
  findAssociatedTokenPda,
  getCreateAssociatedTokenInstruction,
  getInitializeMint2Instruction,
  getMintToInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { NETWORK } from '../../src/genesis/network.js';
import { lookupTableData } from '../fuzz/transactions.js';
import { post, type TestNet } from '../support.js';
import { createWallet } from '../wallet.js';
import { at, type Cast, RICH, STAKED } from './cast.js';
import { createLocalnetSide, type LocalnetSide } from './localnet-side.js';

const LOOKUP_TABLE_PROGRAM = address('AddressLookupTab1e1111111111111111111111111');
const CLOCK = address('SysvarC1ock11111111111111111111111111111111');
const SLOT_HASHES = address('SysvarS1otHashes111111111111111111111111111');
const RECENT_BLOCKHASHES = address('SysvarRecentB1ockHashes11111111111111111111');
const MINT_LAMPORTS = 1_461_600n;
const DECIMALS = 2;

/** Programs whose accounts transactions can change. */
const OWNERS: readonly Address[] = [
  SYSTEM_PROGRAM_ADDRESS,
  TOKEN_PROGRAM_ADDRESS,
  LOOKUP_TABLE_PROGRAM,
  NETWORK.jobsProgram,
  NETWORK.nodesProgram,
  NETWORK.stakingProgram,
  NETWORK.rewardsProgram,
];

/** Gives everyone what they begin with, and lets the chain stand still. */
export async function setStage(test: TestNet, cast: Cast): Promise<LocalnetSide> {
  const side = createLocalnetSide(test.rpc);
  await side.control('pause');
  const gifts = [
    { lamports: '20000000000', nos: '20000000' },
    { lamports: '5000000000', nos: '5000000', stake: { amount: '10000000', durationSeconds: 14 * 86_400 } },
    { lamports: '10000000', nos: '1000' },
    { lamports: '900000' },
  ];
  for (const [index, gift] of gifts.entries()) {
    const body = JSON.stringify({ address: at(cast.wallets, index).address, ...gift });
    const answer = JSON.parse(await post(`${test.net.url}/faucet`, body)) as { error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
  }
  await side.control('setAccount', cast.table, {
    lamports: 10_000_000,
    owner: LOOKUP_TABLE_PROGRAM,
    data: [lookupTableData(cast.addresses).toString('base64'), 'base64'],
  });
  const rich = createWallet(test, at(cast.wallets, RICH));
  await side.control('step');
  const { error } = await rich.submit(await rich.sign(await mintSetup(cast)));
  if (error !== undefined) throw new Error(JSON.stringify(error));
  await side.control('step');
  return side;
}

/** A mint of the first wallet's, and some of its tokens for the first two. */
async function mintSetup(cast: Cast): Promise<Instruction[]> {
  const rich = at(cast.wallets, RICH);
  const mint = cast.mint.address;
  const instructions: Instruction[] = [
    getCreateAccountInstruction({
      payer: rich,
      newAccount: cast.mint,
      lamports: MINT_LAMPORTS,
      space: 82n,
      programAddress: TOKEN_PROGRAM_ADDRESS,
    }),
    getInitializeMint2Instruction({
      mint,
      decimals: DECIMALS,
      mintAuthority: rich.address,
      freezeAuthority: rich.address,
    }),
  ];
  for (const index of [RICH, STAKED]) {
    const owner = at(cast.wallets, index).address;
    const [token] = await findAssociatedTokenPda({ owner, mint, tokenProgram: TOKEN_PROGRAM_ADDRESS });
    instructions.push(
      getCreateAssociatedTokenInstruction({ payer: rich, owner, mint, ata: token }),
      getMintToInstruction({ mint, token, mintAuthority: rich, amount: 5_000_000n }),
    );
  }
  return instructions;
}

/** Every account that a transaction could change, as it is now. */
export async function readWorld(
  side: LocalnetSide,
): Promise<Awaited<ReturnType<LocalnetSide['programAccounts']>>> {
  const lists = [];
  for (const owner of OWNERS) lists.push(await side.programAccounts(owner));
  return lists.flat();
}

/** What the open slot tells programs about itself. */
export async function readSysvars(
  side: LocalnetSide,
): Promise<{ clock: Buffer; slotHashes: Buffer; recentBlockhashes: Buffer }> {
  const [clock, slotHashes, recentBlockhashes] = (
    await side.accounts([CLOCK, SLOT_HASHES, RECENT_BLOCKHASHES])
  ).map((sysvar) => Buffer.from(sysvar?.data ?? '', 'hex'));
  if (clock === undefined || slotHashes === undefined || recentBlockhashes === undefined) {
    throw new Error('the localnet does not show its sysvars');
  }
  return { clock, slotHashes, recentBlockhashes };
}
