import { createHash } from 'node:crypto';
import bs58 from 'bs58';
import { NETWORK } from '../../src/genesis/network.js';

/** Programs that transactions call. */
export const PROGRAMS = {
  system: '11111111111111111111111111111111',
  token: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  token2022: 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  associatedToken: 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  memo: 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  memo1: 'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
  computeBudget: 'ComputeBudget111111111111111111111111111111',
  ed25519: 'Ed25519SigVerify111111111111111111111111111',
  secp256k1: 'KeccakSecp256k11111111111111111111111111111',
  secp256r1: 'Secp256r1SigVerify1111111111111111111111111',
  loader1: 'BPFLoader1111111111111111111111111111111111',
  loader2: 'BPFLoader2111111111111111111111111111111111',
  loader3: 'BPFLoaderUpgradeab1e11111111111111111111111',
  loader4: 'LoaderV411111111111111111111111111111111111',
  vote: 'Vote111111111111111111111111111111111111111',
  stake: 'Stake11111111111111111111111111111111111111',
  config: 'Config1111111111111111111111111111111111111',
  lookupTable: 'AddressLookupTab1e1111111111111111111111111',
  native: 'NativeLoader1111111111111111111111111111111',
  zkElgamal: 'ZkE1Gama1Proof11111111111111111111111111111',
  jobs: NETWORK.jobsProgram as string,
  nodes: NETWORK.nodesProgram as string,
  staking: NETWORK.stakingProgram as string,
  rewards: NETWORK.rewardsProgram as string,
} as const;

export const SYSVARS = {
  owner: 'Sysvar1111111111111111111111111111111111111',
  clock: 'SysvarC1ock11111111111111111111111111111111',
  rent: 'SysvarRent111111111111111111111111111111111',
  recentBlockhashes: 'SysvarRecentB1ockHashes11111111111111111111',
  slotHashes: 'SysvarS1otHashes111111111111111111111111111',
  slotHistory: 'SysvarS1otHistory11111111111111111111111111',
  stakeHistory: 'SysvarStakeHistory1111111111111111111111111',
  epochSchedule: 'SysvarEpochSchedu1e111111111111111111111111',
  epochRewards: 'SysvarEpochRewards1111111111111111111111111',
  lastRestartSlot: 'SysvarLastRestartS1ot1111111111111111111111',
  fees: 'SysvarFees111111111111111111111111111111111',
  instructions: 'Sysvar1nstructions1111111111111111111111111',
} as const;

export const NOS_MINT: string = NETWORK.nosMint;

const decoded = new Map<string, Uint8Array>();

/** Bytes of an address; the fuzzer uses the same few all the time. */
export function addressBytes(address: string): Uint8Array {
  const bytes = decoded.get(address) ?? bs58.decode(address);
  decoded.set(address, bytes);
  return bytes;
}

/** An address that nobody has the key of. */
export const namedAddress = (name: string): string =>
  bs58.encode(createHash('sha256').update(`fuzz ${name}`).digest());

/** Addresses that the fuzzer puts accounts of all kinds at. */
export const ODD_ADDRESSES = Array.from({ length: 60 }, (_item, index) => namedAddress(`odd ${index}`));
