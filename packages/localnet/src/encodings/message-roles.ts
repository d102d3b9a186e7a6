import { isWritableIndex, type WireMessage } from './transaction-wire.js';

const UPGRADEABLE_LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';

/** Built-in programs and sysvars: nobody can write to them, whatever a message asks for. */
const RESERVED = new Set([
  'AddressLookupTab1e1111111111111111111111111',
  'BPFLoader1111111111111111111111111111111111',
  'BPFLoader2111111111111111111111111111111111',
  UPGRADEABLE_LOADER,
  'ComputeBudget111111111111111111111111111111',
  'Config1111111111111111111111111111111111111',
  'Ed25519SigVerify111111111111111111111111111',
  'Feature111111111111111111111111111111111111',
  'KeccakSecp256k11111111111111111111111111111',
  'LoaderV411111111111111111111111111111111111',
  'NativeLoader1111111111111111111111111111111',
  'Secp256r1SigVerify1111111111111111111111111',
  'Stake11111111111111111111111111111111111111',
  'StakeConfig11111111111111111111111111111111',
  'Sysvar1111111111111111111111111111111111111',
  'Sysvar1nstructions1111111111111111111111111',
  'SysvarC1ock11111111111111111111111111111111',
  'SysvarEpochRewards1111111111111111111111111',
  'SysvarEpochSchedu1e111111111111111111111111',
  'SysvarFees111111111111111111111111111111111',
  'SysvarLastRestartS1ot1111111111111111111111',
  'SysvarRecentB1ockHashes11111111111111111111',
  'SysvarRent111111111111111111111111111111111',
  'SysvarRewards111111111111111111111111111111',
  'SysvarS1otHashes111111111111111111111111111',
  'SysvarS1otHistory11111111111111111111111111',
  'SysvarStakeHistory1111111111111111111111111',
  'Vote111111111111111111111111111111111111111',
  'ZkE1Gama1Proof11111111111111111111111111111',
  'ZkTokenProof1111111111111111111111111111111',
  '11111111111111111111111111111111',
]);

/** The role of an account as the RPC's parsed forms show it. */
export interface AccountRole {
  readonly pubkey: string;
  readonly signer: boolean;
  readonly source: 'transaction' | 'lookupTable';
  /** Whether the transaction could really write to it. */
  readonly writable: boolean;
}

/** The roles of all accounts of a message; `keys` are its static and its loaded ones. */
export function accountRoles(message: WireMessage, keys: readonly string[]): AccountRole[] {
  const programs = new Set(message.instructions.map(({ programIdIndex }) => programIdIndex));
  const programsStayWritable = keys.includes(UPGRADEABLE_LOADER);
  return keys.map((pubkey, index) => ({
    pubkey,
    signer: index < message.header.numRequiredSignatures,
    source: index < message.staticKeys.length ? 'transaction' : 'lookupTable',
    writable:
      isWritableIndex(message, index) &&
      !RESERVED.has(pubkey) &&
      (programsStayWritable || !programs.has(index)),
  }));
}
