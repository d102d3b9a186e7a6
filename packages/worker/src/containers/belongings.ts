import type Docker from 'dockerode';

import { statusOf } from './failures.js';

/** Marks what a node made on its engine, so that it finds it again whatever became of the process that made it. */
export const NODE_LABEL = 'inferscan.node';
export const JOB_LABEL = 'inferscan.job';

/** Removes containers, networks and volumes that this node left on the engine. Others' are not touched. */
export async function removeBelongings(docker: Docker, node: string): Promise<{ containers: number }> {
  const filters = { label: [`${NODE_LABEL}=${node}`] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => unlessGone(docker.getContainer(Id).remove({ force: true, v: true }))),
  );
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => unlessGone(docker.getNetwork(Id).remove())));
  const { Volumes } = await docker.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => unlessGone(docker.getVolume(Name).remove())));
  return { containers: containers.length };
}

/** Somebody else may have removed it, or be at it. */
async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = statusOf(error);
    const isUnderWay = status === 409 && error instanceof Error && /already in progress/.test(error.message);
    if (status !== 404 && !isUnderWay) throw error;
  }
}
