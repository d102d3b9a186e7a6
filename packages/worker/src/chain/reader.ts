import {
  associatedTokenAddress,
  METADATA_PROGRAM,
  metadataAddress,
  type NetworkConfig,
  nodeAccountAddress,
  stakeAddress,
  TOKEN_PROGRAM,
} from '@inferscan/protocol';
import { type Address, address } from '@solana/kit';
import { z } from 'zod';
import { type HeldNft, heldNft } from './access-nft.js';
import {
  type AccountFilter,
  accountBytes,
  decodeJob,
  decodeMarket,
  decodeRun,
  decodeStake,
  type Job,
  type MarketPlace,
  type NodeView,
  RpcAccount,
  type Run,
  runsOfJob,
  runsOfNode,
  type Stake,
  stoppedJobsOf,
} from './accounts.js';
import { type HandedOver, readHandover } from './handover.js';
import { readHistory } from './history.js';
import { type DatedPayment, readPayment } from './payment.js';
import type { RpcClient } from './rpc.js';

/** What a node needs to be let into a market. */
export interface Funds {
  lamports: bigint;
  /** Null without a stake account. */
  stake: Stake | null;
}

export interface ChainReader {
  /** The markets' queues, then the node's runs at that slot or later: popped from the one, it is seen in the other. */
  view(markets: readonly Address[], signal: AbortSignal): Promise<NodeView>;
  job(at: Address, signal: AbortSignal): Promise<Job | null>;
  /** Jobs as they are for good: read at a finalized slot, which is told along. Null where there is none. */
  finalJobs(
    at: readonly Address[],
    signal: AbortSignal,
  ): Promise<{ slot: bigint; jobs: readonly (Job | null)[] }>;
  /** What nodes that gave a job back say that they have done of it, the latest first. */
  handedOver(job: Address, signal: AbortSignal): Promise<readonly HandedOver[]>;
  /** Jobs of a market that were given back, also those that a node has taken over since. */
  handedBack(market: Address, signal: AbortSignal): Promise<readonly Job[]>;
  /** All that run a job now. */
  runsOf(job: Address, signal: AbortSignal): Promise<readonly Run[]>;
  /** The slot in which a run began; null where the RPC does not tell. */
  beginOf(run: Address, signal: AbortSignal): Promise<bigint | null>;
  /** What a run was paid for by a transaction that is final; null where it was not. */
  paymentOf(run: Address, signal: AbortSignal): Promise<DatedPayment | null>;
  /** The latest slot that was seen. */
  latestSlot(): bigint;
  /** A run by its address; null if it is closed. */
  run(at: Address, signal: AbortSignal): Promise<Run | null>;
  /** Which of some NFTs this node holds, with the collection that vouches for it. */
  heldNfts(mints: readonly Address[], signal: AbortSignal): Promise<readonly HeldNft[]>;
  funds(signal: AbortSignal): Promise<Funds>;
  /** The node's account in the nodes program, as it is; null without one. */
  registration(signal: AbortSignal): Promise<Uint8Array | null>;
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
const AccountsAnswer = z.object({
  context: z.object({ slot: z.bigint() }),
  value: z.array(RpcAccount.nullable()),
});
const ProgramAccountsAnswer = z.object({
  context: z.object({ slot: z.bigint() }),
  value: z.array(z.object({ pubkey: z.string().transform((text) => address(text)), account: RpcAccount })),
});

/** Reads what concerns one node, at commitment `confirmed`. */
export function createChainReader(deps: {
  client: RpcClient;
  network: NetworkConfig;
  node: Address;
}): ChainReader {
  const { client, network, node } = deps;
  const { rpc } = client;
  let latestSlot = 0n;

  /** @throws Error, which has the request repeated, if the answer is older than what is known already */
  function newest<T>({ context, value }: { context: { slot: bigint }; value: T }): T {
    if (context.slot < latestSlot) {
      throw new Error(`the RPC answered for slot ${context.slot}, which is before slot ${latestSlot}`);
    }
    latestSlot = context.slot;
    return value;
  }

  async function account(at: Address, signal: AbortSignal): Promise<RpcAccount | null> {
    return client.call(
      async (abortSignal) =>
        newest(
          AccountAnswer.parse(
            await rpc
              .getAccountInfo(at, { encoding: 'base64', commitment: 'confirmed', minContextSlot: latestSlot })
              .send({ abortSignal }),
          ),
        ),
      signal,
    );
  }

  async function accounts(at: readonly Address[], signal: AbortSignal): Promise<(RpcAccount | null)[]> {
    if (at.length === 0) return [];
    return client.call(async (abortSignal) => {
      const answer = await rpc
        .getMultipleAccounts([...at], {
          encoding: 'base64',
          commitment: 'confirmed',
          minContextSlot: latestSlot,
        })
        .send({ abortSignal });
      const found = newest(AccountsAnswer.parse(answer));
      if (found.length !== at.length) throw new Error('the RPC left accounts out of its answer');
      return found;
    }, signal);
  }

  const owned = (found: RpcAccount | null | undefined, program: Address) =>
    found && found.owner === program ? found : null;

  async function programAccounts(filters: readonly AccountFilter[], signal: AbortSignal) {
    return client.call(
      async (abortSignal) =>
        newest(
          ProgramAccountsAnswer.parse(
            await rpc
              .getProgramAccounts(network.jobsProgram, {
                encoding: 'base64',
                commitment: 'confirmed',
                minContextSlot: latestSlot,
                filters: [...filters],
                withContext: true,
              })
              .send({ abortSignal }),
          ),
        ),
      signal,
    );
  }

  async function runs(filters: readonly AccountFilter[], signal: AbortSignal): Promise<Run[]> {
    const found = await programAccounts(filters, signal);
    return found
      .map(({ pubkey, account: held }) => decodeRun(pubkey, held))
      .sort((a, b) => Number(a.startedAt - b.startedAt) || (a.address < b.address ? -1 : 1));
  }

  return {
    async view(markets, signal) {
      const found = await accounts(markets, signal);
      const places = markets.map((at, index): MarketPlace => {
        const held = owned(found[index], network.jobsProgram);
        const market = held ? decodeMarket(at, held) : null;
        const place = market?.waitingNodes.indexOf(node) ?? -1;
        return { address: at, market, ahead: place < 0 ? null : place };
      });
      return { places, runs: await runs(runsOfNode(node), signal) };
    },
    async job(at, signal) {
      const found = owned(await account(at, signal), network.jobsProgram);
      return found ? decodeJob(at, found) : null;
    },
    async finalJobs(at, signal) {
      const { context, value } = await client.call(
        async (abortSignal) =>
          AccountsAnswer.parse(
            await rpc
              .getMultipleAccounts([...at], { encoding: 'base64', commitment: 'finalized' })
              .send({ abortSignal }),
          ),
        signal,
      );
      const jobs = at.map((address, index) => {
        const found = owned(value[index], network.jobsProgram);
        return found ? decodeJob(address, found) : null;
      });
      // An answer that leaves accounts out says nothing of any of them.
      return { slot: value.length === at.length ? context.slot : 0n, jobs };
    },
    handedOver: (job, signal) => readHandover(client, network, job, signal),
    async handedBack(market, signal) {
      const found = await programAccounts(stoppedJobsOf(market), signal);
      return found.map(({ pubkey, account: held }) => decodeJob(pubkey, held));
    },
    runsOf: (job, signal) => runs(runsOfJob(job), signal),
    async beginOf(run, signal) {
      const { signatures, isWhole } = await readHistory(client, run, 'confirmed', signal);
      return isWhole ? (signatures.at(-1)?.slot ?? null) : null;
    },
    paymentOf: (run, signal) => readPayment(client, network, run, signal),
    latestSlot: () => latestSlot,
    async run(at, signal) {
      const found = owned(await account(at, signal), network.jobsProgram);
      return found ? decodeRun(at, found) : null;
    },
    async heldNfts(mints, signal) {
      const places = await Promise.all(
        mints.map(async (mint) => [await associatedTokenAddress(node, mint), await metadataAddress(mint)]),
      );
      const found = await accounts(places.flat(), signal);
      return mints.flatMap((mint, index): HeldNft[] => {
        const holding = owned(found[2 * index], TOKEN_PROGRAM);
        const metadata = owned(found[2 * index + 1], METADATA_PROGRAM);
        return holding && metadata ? heldNft(mint, accountBytes(holding), accountBytes(metadata)) : [];
      });
    },
    async funds(signal) {
      const [wallet, held] = await accounts([node, await stakeAddress(network, node)], signal);
      const stake = owned(held, network.stakingProgram);
      return { lamports: wallet?.lamports ?? 0n, stake: stake ? decodeStake(stake) : null };
    },
    async registration(signal) {
      const at = await nodeAccountAddress(network, node);
      const found = owned(await account(at, signal), network.nodesProgram);
      return found ? accountBytes(found) : null;
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
