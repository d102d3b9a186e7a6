import {
  getJobAccountDecoder,
  getJobAccountDiscriminatorBytes,
  getMarketAccountDecoder,
  getMarketAccountDiscriminatorBytes,
  getRunAccountDecoder,
} from '@nosana/jobs-program';
import { getStakeAccountDecoder } from '@nosana/stake-program';
import {
  type Address,
  address,
  type Base58EncodedBytes,
  getBase58Decoder,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { z } from 'zod';

/** A market as a node sees it. */
export interface Market {
  address: Address;
  /** Owner of the account: which build of the jobs program it belongs to. */
  program: Address;
  /** Base units of NOS per second. */
  price: bigint;
  accessKey: Address;
  xnosMinimum: bigint;
  /** Nodes that wait, next first; empty when jobs wait or nothing does. */
  waitingNodes: readonly Address[];
  /** Jobs that wait for a node; 0 when nodes wait. */
  waitingJobs: number;
}

export interface Run {
  address: Address;
  job: Address;
  node: Address;
  payer: Address;
  /** Unix seconds of the chain's clock. */
  startedAt: bigint;
}

/** A market, and where a node stands in it. */
export interface MarketPlace {
  address: Address;
  /** Null: there is none at the address, or not any more. */
  market: Market | null;
  /** Nodes that are before this one in the queue; null if it is not in it. */
  ahead: number | null;
}

/** What a node has to do with markets at one moment. */
export interface NodeView {
  places: readonly MarketPlace[];
  /** In all markets, the oldest first. */
  runs: readonly Run[];
}

/** A node's stake. */
export interface Stake {
  /** Its weight; 0 once it is being unstaked. */
  xnos: bigint;
  unstaking: boolean;
}

/** `state` of a job whose node or poster closed it. */
export const JOB_DONE = 2;
/** `state` of a job that was given back, also while another node runs it again. */
export const JOB_STOPPED = 3;

export interface Job {
  address: Address;
  market: Address;
  node: Address;
  payer: Address;
  project: Address;
  /** Base units of NOS per second. */
  price: bigint;
  /** Seconds. */
  timeout: bigint;
  /** 0 queued or running, 1 running (old), 2 done, 3 stopped. */
  state: number;
  definitionDigest: Uint8Array;
  /** Null until a result is on chain. */
  resultDigest: Uint8Array | null;
  /** Unix seconds between which a job that is done is paid; 0 before. */
  startedAt: bigint;
  endedAt: bigint;
}

/** Offset of `node` in a run account: after the discriminator and the job. */
const RUN_NODE_OFFSET = 8n + 32n;
/** Offset of `job` in a run account: after the discriminator. */
const RUN_JOB_OFFSET = 8n;
/** Bytes that the program allocates for a run account; no other of its accounts has this size. */
const RUN_ACCOUNT_BYTES = 120n;
/** Offsets in a job account: after the discriminator and two digests, and after node, payer, price and project too. */
const JOB_MARKET_OFFSET = 72n;
const JOB_STATE_OFFSET = 208n;

/** What the accounts have in common that an RPC is asked for. */
export type AccountFilter =
  | { readonly dataSize: bigint }
  | {
      readonly memcmp: {
        readonly offset: bigint;
        readonly bytes: Base58EncodedBytes;
        readonly encoding: 'base58';
      };
    };

const holds = (offset: bigint, bytes: string): AccountFilter => ({
  memcmp: { offset, bytes: bytes as Base58EncodedBytes, encoding: 'base58' },
});
const base58 = (bytes: ReadonlyUint8Array) => getBase58Decoder().decode(bytes);

/** What tells a node's run accounts from all others of the program. */
export const runsOfNode = (node: Address): readonly AccountFilter[] => [
  { dataSize: RUN_ACCOUNT_BYTES },
  holds(RUN_NODE_OFFSET, node),
];

/** What tells the runs of a job from all other accounts of the program. */
export const runsOfJob = (job: Address): readonly AccountFilter[] => [
  { dataSize: RUN_ACCOUNT_BYTES },
  holds(RUN_JOB_OFFSET, job),
];

/** What tells the jobs of a market that were given back from all other accounts of the program. */
export const stoppedJobsOf = (market: Address): readonly AccountFilter[] => [
  holds(0n, base58(getJobAccountDiscriminatorBytes())),
  holds(JOB_MARKET_OFFSET, market),
  holds(JOB_STATE_OFFSET, base58(Uint8Array.of(JOB_STOPPED))),
];

const QUEUE_OF_JOBS = 0;
const QUEUE_OF_NODES = 1;

/** An account as RPCs send it with base64 encoding. */
export const RpcAccount = z.object({
  data: z.tuple([z.string(), z.literal('base64')]),
  owner: z.string().transform((text) => address(text)),
  lamports: z.bigint(),
});
export type RpcAccount = z.infer<typeof RpcAccount>;

/** The raw bytes of an account. */
export function accountBytes(account: RpcAccount): Uint8Array {
  return Buffer.from(account.data[0], 'base64');
}

/** @throws TypeError unless the account's first bytes say that it is what it is taken for */
function requireKind(
  kind: string,
  at: Address,
  bytes: Uint8Array,
  discriminator: ArrayLike<number>,
): Uint8Array {
  if (bytes.length >= discriminator.length && bytes.every((byte, i) => byte === (discriminator[i] ?? byte))) {
    return bytes;
  }
  throw new TypeError(`${at} is not a ${kind}`);
}

/** @throws TypeError if the account is no market */
export function decodeMarket(at: Address, account: RpcAccount): Market {
  const bytes = requireKind('market', at, accountBytes(account), getMarketAccountDiscriminatorBytes());
  const data = getMarketAccountDecoder().decode(bytes);
  return {
    address: at,
    program: account.owner,
    price: data.jobPrice,
    accessKey: data.nodeAccessKey,
    xnosMinimum: data.nodeXnosMinimum,
    waitingNodes: data.queueType === QUEUE_OF_NODES ? data.queue : [],
    waitingJobs: data.queueType === QUEUE_OF_JOBS ? data.queue.length : 0,
  };
}

export function decodeRun(at: Address, account: RpcAccount): Run {
  const { job, node, payer, time } = getRunAccountDecoder().decode(accountBytes(account));
  return { address: at, job, node, payer, startedAt: time };
}

/** @throws TypeError if the account is no job */
export function decodeJob(at: Address, account: RpcAccount): Job {
  const bytes = requireKind('job', at, accountBytes(account), getJobAccountDiscriminatorBytes());
  const data = getJobAccountDecoder().decode(bytes);
  const result = Uint8Array.from(data.ipfsResult);
  return {
    address: at,
    market: data.market,
    node: data.node,
    payer: data.payer,
    project: data.project,
    price: data.price,
    timeout: data.timeout,
    state: data.state,
    definitionDigest: Uint8Array.from(data.ipfsJob),
    resultDigest: result.every((byte) => byte === 0) ? null : result,
    startedAt: data.timeStart,
    endedAt: data.timeEnd,
  };
}

export function decodeStake(account: RpcAccount): Stake {
  const { xnos, timeUnstake } = getStakeAccountDecoder().decode(accountBytes(account));
  return { xnos, unstaking: timeUnstake !== 0n };
}
