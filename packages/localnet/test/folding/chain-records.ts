import { type ChainTransaction, normalizeRpcTransaction } from '@inferscan/protocol';
import { getStakeAccountDecoder } from '@nosana/stake-program';
import {
  type Address,
  addDecoderSizePrefix,
  fixDecoderSize,
  getAddressDecoder,
  getBooleanDecoder,
  getBytesDecoder,
  getStructDecoder,
  getU8Decoder,
  getU16Decoder,
  getU32Decoder,
  getU128Decoder,
  getUtf8Decoder,
} from '@solana/kit';
import type { TestNet } from '../support.js';
import { NETWORK } from './calls.js';

type Rpc = TestNet['rpc'];

const discriminator = ['discriminator', fixDecoderSize(getBytesDecoder(), 8)] as const;
const text = addDecoderSizePrefix(getUtf8Decoder(), getU32Decoder());

const poolDecoder = getStructDecoder([
  discriminator,
  ['rate', getU128Decoder()],
  ['totalReflection', getU128Decoder()],
  ['totalXnos', getU128Decoder()],
  ['vault', getAddressDecoder()],
]);
const rewardDecoder = getStructDecoder([
  discriminator,
  ['owner', getAddressDecoder()],
  ['bump', getU8Decoder()],
  ['reflection', getU128Decoder()],
  ['xnos', getU128Decoder()],
]);
const nodeDecoder = getStructDecoder([
  discriminator,
  ['node', getAddressDecoder()],
  ['audited', getBooleanDecoder()],
  ['architecture', getU8Decoder()],
  ['country', getU16Decoder()],
  ['cpu', getU16Decoder()],
  ['gpu', getU16Decoder()],
  ['memory', getU16Decoder()],
  ['iops', getU16Decoder()],
  ['storage', getU16Decoder()],
  ['endpoint', text],
  ['icon', text],
  ['version', text],
]);

const STAKE_BYTES = 120;
const POOL_BYTES = 96;

async function accountsOf(rpc: Rpc, program: Address): Promise<[Address, Buffer][]> {
  const { result } = await rpc('getProgramAccounts', [
    program,
    { encoding: 'base64', commitment: 'processed' },
  ]);
  const accounts = result as { pubkey: Address; account: { data: [string] } }[];
  return accounts.map(({ pubkey, account }) => [pubkey, Buffer.from(account.data[0], 'base64')]);
}

async function tokensIn(rpc: Rpc, account: Address): Promise<bigint> {
  const { result } = await rpc('getTokenAccountBalance', [account, { commitment: 'processed' }]);
  return BigInt((result as { value: { amount: string } }).value.amount);
}

/** The accounts of the three programs, told in the words of the fold's records. */
export async function recordsOnChain(rpc: Rpc) {
  const stakes: Record<string, object> = {};
  for (const [address, data] of await accountsOf(rpc, NETWORK.stakingProgram)) {
    if (data.length !== STAKE_BYTES) continue;
    const { amount, authority, duration, timeUnstake, vault, xnos } = getStakeAccountDecoder().decode(data);
    const vaultBalance = await tokensIn(rpc, vault);
    stakes[address] = {
      owner: authority,
      vault,
      amount,
      duration,
      timeUnstake: timeUnstake === 0n ? null : timeUnstake,
      xnos,
      vaultBalance,
    };
  }
  const rewards: Record<string, object> = {};
  const pools: Record<string, object> = {};
  for (const [address, data] of await accountsOf(rpc, NETWORK.rewardsProgram)) {
    if (data.length === POOL_BYTES) {
      const { rate, totalReflection, totalXnos, vault } = poolDecoder.decode(data);
      pools[address] = { rate, totalReflection, totalXnos, vault, vaultBalance: await tokensIn(rpc, vault) };
    } else {
      const { owner, reflection, xnos } = rewardDecoder.decode(data);
      rewards[address] = { owner, reflection, xnos };
    }
  }
  const registrations: Record<string, object> = {};
  for (const [address, data] of await accountsOf(rpc, NETWORK.nodesProgram)) {
    const { discriminator: _, ...node } = nodeDecoder.decode(data);
    registrations[address] = node;
  }
  return { stakes, rewards, pools, registrations };
}

/** Every transaction that names one of the three programs, in chain order. */
export async function historyOf(rpc: Rpc): Promise<ChainTransaction[]> {
  const signatures = new Set<string>();
  for (const program of [NETWORK.stakingProgram, NETWORK.rewardsProgram, NETWORK.nodesProgram]) {
    for (let before: string | undefined; ; ) {
      const options = { commitment: 'confirmed', ...(before === undefined ? {} : { before }) };
      const page = (await rpc('getSignaturesForAddress', [program, options])).result as {
        signature: string;
      }[];
      for (const { signature } of page) signatures.add(signature);
      before = page.at(-1)?.signature;
      if (before === undefined) break;
    }
  }
  const transactions: ChainTransaction[] = [];
  for (const signature of signatures) {
    const { result } = await rpc('getTransaction', [
      signature,
      { commitment: 'confirmed', encoding: 'json', maxSupportedTransactionVersion: 0 },
    ]);
    const { transactionIndex } = result as { transactionIndex: number };
    transactions.push(normalizeRpcTransaction(result, { index: transactionIndex }));
  }
  return transactions.sort((left, right) =>
    left.slot === right.slot ? left.index - right.index : left.slot < right.slot ? -1 : 1,
  );
}
