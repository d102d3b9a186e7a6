import { buildList, buildOpen } from '@inferscan/protocol';
import { getMarketAccountDecoder, getRunAccountDecoder } from '@nosana/jobs-program';
import { type Address, generateKeyPairSigner, type Instruction, type KeyPairSigner } from '@solana/kit';

import type { TestChain } from './chain.js';
import type { Random } from './random.js';

export interface Market {
  readonly signer: KeyPairSigner;
  /** Nodes that wait in it, as the chain says. */
  waitingNodes: Address[];
}

export interface Job {
  readonly address: Address;
  readonly signer: KeyPairSigner;
  readonly market: Market;
  readonly project: KeyPairSigner;
  readonly payer: KeyPairSigner;
  timeout: bigint;
  phase: 'queued' | 'running' | 'stopped' | 'finished' | 'ended' | 'unqueued' | 'closed';
  run?: { address: Address; node: KeyPairSigner; payer: Address };
  doneAt?: number;
  hasResult?: boolean;
  /** A node quit it: its account stays stopped, also while somebody else runs it. */
  wasStopped?: boolean;
}

/** One way in which a life can go on; false where nobody is in a position to do it. */
export type Action = () => Promise<boolean>;

/** Seconds after which a done job may be cleaned in these markets. */
const EXPIRATION = 1n;

/** Who takes part, and what the chain said of them last. */
export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(chain: TestChain, random: Random) {
  const { network } = chain;
  const authority = await chain.person();
  const projects = await Promise.all([0, 1, 2].map(() => chain.person()));
  const nodes = await Promise.all([0, 1, 2, 3].map(() => chain.person({ stake: true })));
  const nodeOf = new Map(nodes.map((node) => [node.address, node]));
  const markets: Market[] = [];
  const jobs: Job[] = [];
  let listed = 0;
  let lastSignature = '';

  const send = async (
    payer: KeyPairSigner,
    instructions: Instruction[],
    options?: { mayFail?: boolean },
  ): Promise<void> => {
    lastSignature = await chain.send(payer, instructions, options);
  };
  const terms = (jobPrice: bigint) => ({
    jobPrice,
    jobTimeout: 3_600n,
    jobExpiration: EXPIRATION,
    jobType: 1,
    nodeXnosMinimum: 1_000n,
  });
  const openMarket = async (price: bigint): Promise<Market> => {
    const signer = await generateKeyPairSigner();
    await send(authority, [await buildOpen({ network, market: signer, authority, ...terms(price) })]);
    return { signer, waitingNodes: [] };
  };
  for (const price of [7n, 1_000n, 0n]) markets.push(await openMarket(price));

  const refresh = async (market: Market): Promise<void> => {
    const data = await chain.account(market.signer.address);
    if (data === null) throw new Error('the market is gone');
    const { queueType, queue } = getMarketAccountDecoder().decode(data);
    market.waitingNodes = queueType === 1 ? [...queue] : [];
  };
  /** Notes the run that an instruction made at `run`, if it made one. */
  const noteRun = async (market: Market, run: Address): Promise<void> => {
    await refresh(market);
    const data = await chain.account(run);
    if (data === null) return;
    const decoded = getRunAccountDecoder().decode(data);
    const job = jobs.find(({ address, phase }) => address === decoded.job && phase !== 'closed');
    const node = nodeOf.get(decoded.node);
    if (job === undefined || node === undefined) throw new Error('a run of somebody unknown');
    job.phase = 'running';
    job.run = { address: run, node, payer: decoded.payer };
  };
  const among = (...phases: Job['phase'][]): Job | undefined => {
    const found = jobs.filter(({ phase }) => phases.includes(phase));
    return found.length === 0 ? undefined : random.pick(found);
  };
  const awaited = (): { market: Market; node: KeyPairSigner } | undefined => {
    const waiting = markets.flatMap((market) =>
      market.waitingNodes.flatMap((address) => {
        const node = nodeOf.get(address);
        return node === undefined ? [] : [{ market, node }];
      }),
    );
    return waiting.length === 0 ? undefined : random.pick(waiting);
  };
  const on =
    (find: () => Job | undefined, act: (job: Job) => Promise<void>): Action =>
    async () => {
      const job = find();
      if (job === undefined) return false;
      await act(job);
      return true;
    };
  const running = (job: Job) => {
    if (job.run === undefined) throw new Error('a running job without a run');
    return job.run;
  };
  const done = (job: Job, phase: 'finished' | 'ended', hasResult: boolean): void => {
    Object.assign(job, { phase, hasResult, doneAt: Date.now() });
  };

  const newJob = async (
    market: Market,
  ): Promise<{ job: Job; run: KeyPairSigner; instruction: Instruction }> => {
    const [signer, run] = [
      // Now and then an address is used again.
      random.int(10) === 0
        ? (among('closed')?.signer ?? (await generateKeyPairSigner()))
        : await generateKeyPairSigner(),
      await generateKeyPairSigner(),
    ];
    const project = random.pick(projects);
    const payer = random.int(3) === 0 ? random.pick(projects) : project;
    const timeout = BigInt(1 + random.int(600));
    const instruction = await buildList({
      network,
      market: market.signer.address,
      job: signer,
      run,
      payer,
      project,
      definitionDigest: random.bytes(32),
      timeout,
    });
    const job: Job = { address: signer.address, signer, market, project, payer, timeout, phase: 'queued' };
    return { job, run, instruction };
  };
  const register = (job: Job): void => {
    const former = jobs.findIndex(({ address }) => address === job.address);
    if (former >= 0) jobs.splice(former, 1);
    jobs.push(job);
    listed++;
  };

  return {
    chain,
    network,
    random,
    authority,
    projects,
    nodes,
    markets,
    jobs,
    send,
    terms,
    openMarket,
    refresh,
    noteRun,
    among,
    awaited,
    on,
    running,
    done,
    newJob,
    register,
    listed: () => listed,
    lastSignature: () => lastSignature,
  };
}
