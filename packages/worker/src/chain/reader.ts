import { associatedTokenAddress, type NetworkConfig, stakeAddress } from '@inferscan/protocol';
import { type Address, address } from '@solana/kit';
import { z } from 'zod';

import {
  accountBytes,
  decodeJob,
  decodeMarket,
  decodeRun,
  decodeXnos,
  type Job,
  type NodeView,
  RpcAccount,
  type Run,
  runFilters,
} from './accounts.js';
import type { RpcClient } from './rpc.js';

/** What a node needs to be let into a market. */
export interface Funds {
  lamports: bigint;
  /** Stake weight; null without a stake account. */
  xnos: bigint | null;
}

export interface ChainReader {
  /** The market's queue, then the node's runs at that slot or later: popped from the one, it is seen in the other. */
  view(signal: AbortSignal): Promise<NodeView>;
  job(at: Address, signal: AbortSignal): Promise<Job | null>;
  runExists(at: Address, signal: AbortSignal): Promise<boolean>;
  funds(signal: AbortSignal): Promise<Funds>;
  /** The associated NOS token account of an owner, and whether it is there. */
  nosAccount(owner: Address, signal: AbortSignal): Promise<{ address: Address; exists: boolean }>;
  /** Unix seconds of the chain's clock, or of this machine where the chain does not tell. */
  now(signal: AbortSignal): Promise<bigint>;
  /** From here on, only answers at or after this slot are taken. */
  seenSlot(slot: bigint): void;
}

const CLOCK = address('SysvarC1ock11111111111111111111111111111111');
/** Offset of unix_timestamp in the clock sysvar. */
const CLOCK_TIME_OFFSET = 32;

const AccountAnswer = z.object({
  context: z.object({ slot: z.bigint() }),
  value: RpcAccount.nullable(),
});
const ProgramAccountsAnswer = z.array(
  z.object({ pubkey: z.string().transform((text) => address(text)), account: RpcAccount }),
);

/** Reads what concerns one node and one market, at commitment `confirmed`. */
export function createChainReader(deps: {
  client: RpcClient;
  network: NetworkConfig;
  market: Address;
  node: Address;
}): ChainReader {
  const { client, network, market, node } = deps;
  const { rpc } = client;
  let latestSlot = 0n;

  async function account(at: Address, signal: AbortSignal): Promise<RpcAccount | null> {
    return client.call(async (abortSignal) => {
      const answer = await rpc
        .getAccountInfo(at, { encoding: 'base64', commitment: 'confirmed', minContextSlot: latestSlot })
        .send({ abortSignal });
      const { context, value } = AccountAnswer.parse(answer);
      if (context.slot > latestSlot) latestSlot = context.slot;
      return value;
    }, signal);
  }

  async function runs(signal: AbortSignal): Promise<Run[]> {
    const answer = await client.call(
      async (abortSignal) =>
        ProgramAccountsAnswer.parse(
          await rpc
            .getProgramAccounts(network.jobsProgram, {
              encoding: 'base64',
              commitment: 'confirmed',
              minContextSlot: latestSlot,
              filters: runFilters(node),
            })
            .send({ abortSignal }),
        ),
      signal,
    );
    return answer
      .map(({ pubkey, account: found }) => decodeRun(pubkey, found))
      .sort((a, b) => Number(a.startedAt - b.startedAt) || (a.address < b.address ? -1 : 1));
  }

  return {
    async view(signal) {
      const found = await account(market, signal);
      const decoded = found && found.owner === network.jobsProgram ? decodeMarket(market, found) : null;
      return {
        market: decoded,
        inQueue: decoded?.waitingNodes.includes(node) ?? false,
        runs: await runs(signal),
      };
    },
    async job(at, signal) {
      const found = await account(at, signal);
      return found && found.owner === network.jobsProgram ? decodeJob(at, found) : null;
    },
    async runExists(at, signal) {
      const found = await account(at, signal);
      return found !== null && found.owner === network.jobsProgram;
    },
    async funds(signal) {
      const wallet = await account(node, signal);
      const stake = await account(await stakeAddress(network, node), signal);
      const staked = stake && stake.owner === network.stakingProgram ? decodeXnos(stake) : null;
      return { lamports: wallet?.lamports ?? 0n, xnos: staked };
    },
    async nosAccount(owner, signal) {
      const at = await associatedTokenAddress(owner, network.nosMint);
      return { address: at, exists: (await account(at, signal)) !== null };
    },
    async now(signal) {
      const clock = await account(CLOCK, signal);
      const bytes = clock ? accountBytes(clock) : new Uint8Array();
      if (bytes.length < CLOCK_TIME_OFFSET + 8) return BigInt(Math.floor(Date.now() / 1000));
      return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(CLOCK_TIME_OFFSET, true);
    },
    seenSlot(slot) {
      if (slot > latestSlot) latestSlot = slot;
    },
  };
}
