import {
  associatedTokenAddress,
  buildAssign,
  buildClaim,
  buildClean,
  buildCleanAdmin,
  buildClose,
  buildComplete,
  buildDelist,
  buildEnd,
  buildExtend,
  buildFinish,
  buildList,
  buildOpen,
  buildQuit,
  buildQuitAdmin,
  buildRecover,
  buildStop,
  buildUpdate,
  buildWork,
} from '@inferscan/protocol';
import { getMarketAccountDecoder, getRunAccountDecoder } from '@nosana/jobs-program';
import { type Address, generateKeyPairSigner, type Instruction, type KeyPairSigner } from '@solana/kit';

import type { TestChain } from './chain.js';
import type { Random } from './random.js';

interface Market {
  readonly signer: KeyPairSigner;
  /** Nodes that wait in it, as the chain says. */
  waitingNodes: Address[];
}

interface Job {
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
}

/** Random but valid lives of jobs, in every way that the program allows. */
export interface Lives {
  /** Performs one random action. */
  step(): Promise<void>;
  /** Jobs listed so far. */
  readonly listed: number;
  /** The last transaction sent. */
  readonly lastSignature: string;
  /** How often each action was performed. */
  readonly counts: ReadonlyMap<string, number>;
}

type Action = () => Promise<boolean>;

/** Seconds after which a done job may be cleaned in these markets. */
const EXPIRATION = 1n;

export async function createLives(chain: TestChain, random: Random): Promise<Lives> {
  const { network } = chain;
  const authority = await chain.person();
  const projects = await Promise.all([0, 1, 2].map(() => chain.person()));
  const nodes = await Promise.all([0, 1, 2, 3].map(() => chain.person({ stake: true })));
  const nodeOf = new Map(nodes.map((node) => [node.address, node]));
  const markets: Market[] = [];
  const jobs: Job[] = [];
  const counts = new Map<string, number>();
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

  const list: Action = async () => {
    const market = random.pick(markets);
    const { job, run, instruction } = await newJob(market);
    await send(job.payer, [instruction]);
    register(job);
    await noteRun(market, run.address);
    return true;
  };
  const listTwo: Action = async () => {
    const market = random.pick(markets);
    const [first, second] = [await newJob(market), await newJob(market)];
    if (first.job.address === second.job.address) return false;
    await send(random.pick(projects), [first.instruction, second.instruction]);
    register(first.job);
    register(second.job);
    await noteRun(market, first.run.address);
    await noteRun(market, second.run.address);
    return true;
  };
  const work: Action = async () => {
    const market = random.pick(markets);
    const free = nodes.filter(({ address }) => !market.waitingNodes.includes(address));
    if (free.length === 0) return false;
    const [node, run] = [random.pick(free), await generateKeyPairSigner()];
    await send(node, [await buildWork({ network, market: market.signer.address, node, run })]);
    await noteRun(market, run.address);
    return true;
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
  const stop: Action = async () => {
    const found = awaited();
    if (found === undefined) return false;
    const by = random.int(2) === 0 ? found.node : authority;
    await send(by, [
      await buildStop({
        network,
        market: found.market.signer.address,
        node: found.node.address,
        authority: by,
      }),
    ]);
    await refresh(found.market);
    return true;
  };
  const assign: Action = async () => {
    const found = awaited();
    if (found === undefined) return false;
    const { job, run } = await newJob(found.market);
    await send(job.payer, [
      await buildAssign({
        network,
        market: found.market.signer.address,
        job: job.signer,
        run,
        payer: job.payer,
        project: job.project,
        definitionDigest: random.bytes(32),
        timeout: job.timeout,
        node: found.node.address,
      }),
    ]);
    register(job);
    await noteRun(found.market, run.address);
    return true;
  };
  const finish = on(
    () => among('running'),
    async (job) => {
      const { address, node, payer } = running(job);
      const user =
        random.int(4) === 0
          ? await associatedTokenAddress(random.pick(projects).address, network.nosMint)
          : undefined;
      await send(node, [
        await buildFinish({
          network,
          market: job.market.signer.address,
          job: job.address,
          run: address,
          node,
          jobPayer: job.payer.address,
          runPayer: payer,
          resultDigest: random.bytes(32),
          ...(user === undefined ? {} : { user }),
        }),
      ]);
      done(job, 'finished', true);
    },
  );
  const end = on(
    () => among('running'),
    async (job) => {
      const { address, node, payer } = running(job);
      await send(job.project, [
        await buildEnd({
          network,
          market: job.market.signer.address,
          job: job.address,
          run: address,
          node: node.address,
          project: job.project,
          jobPayer: job.payer.address,
          runPayer: payer,
        }),
      ]);
      done(job, 'ended', false);
    },
  );
  const complete = on(
    () => {
      const ended = jobs.filter(({ phase, hasResult }) => phase === 'ended' && hasResult === false);
      return ended.length === 0 ? undefined : random.pick(ended);
    },
    async (job) => {
      const { node } = running(job);
      await send(node, [
        await buildComplete({ network, job: job.address, node, resultDigest: random.bytes(32) }),
      ]);
      job.hasResult = true;
    },
  );
  const extend = on(
    () => among('queued', 'running'),
    async (job) => {
      job.timeout += BigInt(1 + random.int(100));
      await send(job.payer, [
        await buildExtend({
          network,
          market: job.market.signer.address,
          job: job.address,
          project: job.project,
          payer: job.payer,
          timeout: job.timeout,
        }),
      ]);
    },
  );
  const quit = on(
    () => among('running'),
    async (job) => {
      const { address, node, payer } = running(job);
      await send(node, [await buildQuit({ network, job: job.address, run: address, node, runPayer: payer })]);
      job.phase = 'stopped';
    },
  );
  const quitAdmin = on(
    () => among('running'),
    async (job) => {
      const { address, payer } = running(job);
      await send(chain.admin, [
        await buildQuitAdmin({ network, run: address, runPayer: payer, admin: chain.admin }),
      ]);
      job.phase = 'unqueued';
    },
  );
  const claim = on(
    () => among('stopped'),
    async (job) => {
      const [node, run] = [random.pick(nodes), await generateKeyPairSigner()];
      await send(node, [
        await buildClaim({ network, market: job.market.signer.address, node, run, job: job.address }),
      ]);
      await noteRun(job.market, run.address);
    },
  );
  const recover = on(
    () => among('stopped'),
    async (job) => {
      await send(job.project, [
        await buildRecover({
          network,
          market: job.market.signer.address,
          job: job.address,
          project: job.project,
          payer: job.payer.address,
        }),
      ]);
      job.phase = 'closed';
    },
  );
  const delist = on(
    () => among('queued'),
    async (job) => {
      await send(job.project, [
        await buildDelist({
          network,
          market: job.market.signer.address,
          job: job.address,
          project: job.project,
          payer: job.payer.address,
        }),
      ]);
      job.phase = 'closed';
      await refresh(job.market);
    },
  );
  const clean = on(
    () => {
      // The chain counts whole seconds.
      const expired = jobs.filter(
        ({ doneAt, phase }) => phase !== 'closed' && doneAt !== undefined && Date.now() - doneAt > 3_000,
      );
      return expired.length === 0 ? undefined : random.pick(expired);
    },
    async (job) => {
      const byAdmin = random.int(3) === 0;
      const payer = job.payer.address;
      await send(byAdmin ? chain.admin : random.pick(nodes), [
        byAdmin
          ? await buildCleanAdmin({ network, job: job.address, payer, admin: chain.admin })
          : await buildClean({ network, market: job.market.signer.address, job: job.address, payer }),
      ]);
      job.phase = 'closed';
    },
  );
  const update: Action = async () => {
    const market = random.pick(markets);
    // A market with price 0 keeps it: its jobs have paid nothing in.
    await send(authority, [
      await buildUpdate({
        network,
        market: market.signer.address,
        authority,
        ...terms(market === markets[2] ? 0n : BigInt(1 + random.int(2_000))),
        jobType: random.int(4),
      }),
    ]);
    return true;
  };
  const openAndClose: Action = async () => {
    const market = await openMarket(5n);
    await send(authority, [await buildClose({ network, market: market.signer.address, authority })]);
    return true;
  };
  /** Refused by the program: activity without effect. */
  const fail = on(
    () => among('finished', 'ended', 'running'),
    async (job) => {
      await send(
        job.project,
        [
          await buildDelist({
            network,
            market: job.market.signer.address,
            job: job.address,
            project: job.project,
            payer: job.payer.address,
          }),
        ],
        { mayFail: true },
      );
    },
  );

  const actions: [name: string, weight: number, action: Action][] = [
    ['list', 24, list],
    ['listTwo', 4, listTwo],
    ['work', 30, work],
    ['assign', 4, assign],
    ['stop', 3, stop],
    ['finish', 18, finish],
    ['end', 5, end],
    ['complete', 4, complete],
    ['extend', 6, extend],
    ['quit', 5, quit],
    ['quitAdmin', 2, quitAdmin],
    ['claim', 4, claim],
    ['recover', 3, recover],
    ['delist', 5, delist],
    ['clean', 6, clean],
    ['update', 2, update],
    ['openAndClose', 1, openAndClose],
    ['fail', 3, fail],
  ];
  const wheel = actions.flatMap((entry) => Array.from({ length: entry[1] }, () => entry));

  return {
    async step() {
      for (;;) {
        const [name, , action] = random.pick(wheel);
        if (await action()) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          return;
        }
      }
    },
    get listed() {
      return listed;
    },
    get lastSignature() {
      return lastSignature;
    },
    counts,
  };
}
