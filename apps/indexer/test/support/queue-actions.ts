import { buildAssign, buildStop, buildWork } from '@inferscan/protocol';
import { generateKeyPairSigner } from '@solana/kit';

import type { Action, World } from './world.js';

/** What brings jobs and nodes together. */
export function queueActions(world: World) {
  const { network, random, authority, projects, nodes, markets } = world;
  const { send, refresh, noteRun, awaited, newJob, register } = world;

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
  return { list, listTwo, work, stop, assign };
}
