import {
  associatedTokenAddress,
  buildClaim,
  buildClean,
  buildCleanAdmin,
  buildComplete,
  buildDelist,
  buildEnd,
  buildExtend,
  buildFinish,
  buildQuit,
  buildQuitAdmin,
  buildRecover,
} from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';

import type { World } from './world.js';

/** What happens to jobs that are there. */
export function jobActions(world: World) {
  const { chain, network, random, projects, nodes, jobs } = world;
  const { send, refresh, noteRun, among, on, running, done } = world;

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
    () => {
      const job = among('queued', 'running');
      return job?.wasStopped ? undefined : job;
    },
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
      Object.assign(job, { phase: 'stopped', wasStopped: true });
    },
  );
  const quitAdmin = on(
    () => among('running'),
    async (job) => {
      const { address, payer } = running(job);
      await send(chain.admin, [
        await buildQuitAdmin({ network, run: address, runPayer: payer, admin: chain.admin }),
      ]);
      job.phase = job.wasStopped ? 'stopped' : 'unqueued';
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

  return { finish, end, complete, extend, quit, quitAdmin, claim, recover, delist, clean, fail };
}
