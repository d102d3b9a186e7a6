import type { JobDefinition, JobOperation } from '@inferscan/formats';

import type { Progress } from '../execution/group.js';
import type { OperationFacts } from '../execution/literals.js';
import type { Logger } from '../log.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import { JOB_LABEL, NODE_LABEL, removeBelongings } from './belongings.js';
import type { ContainerHost } from './engine.js';
import { failureOf, RequestRefused } from './failures.js';
import type { HealthTimes } from './health.js';
import { createJobResources, type JobResources } from './resources/job-resources.js';
import { runContainer } from './run-container.js';

export interface JobContainersDeps {
  readonly host: ContainerHost;
  readonly node: string;
  readonly job: string;
  readonly definition: JobDefinition;
  /** Video memory of this machine's GPUs together. */
  readonly vramMb: number;
  /** How many containers run side by side at most. */
  readonly sideBySide: number;
  /** Address at which exposed ports are published, and the name under which others reach that. */
  readonly publishAt: string;
  readonly publicName: string;
  readonly log: Logger;
  readonly healthTimes?: HealthTimes | undefined;
}

/** What a container's run tells besides its progress. */
export interface ContainerProgress extends Progress {
  knows(facts: OperationFacts): void;
}

/** The containers, volumes and network of one job on the node's engine. */
export interface JobContainers {
  /** Never throws: what goes wrong is in the outcome. */
  run(
    op: JobOperation,
    index: number,
    progress: ContainerProgress,
    signal: AbortSignal,
  ): Promise<OperationOutcome>;
  /** Removes all of it. */
  close(): Promise<void>;
}

/** What containers of a job share. */
export interface JobSite {
  readonly deps: JobContainersDeps;
  readonly labels: Readonly<Record<string, string>>;
  /** Begins the names of all that belongs to the job. */
  readonly prefix: string;
  /** Of the definition's volumes, by its name for them. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Undefined where the node fetches none. */
  readonly resources: JobResources | undefined;
  network(): Promise<string>;
}

const MAX_VOLUMES = 32;

/** Opens the place for a job's containers, and removes what an earlier job left behind. */
export async function openJobContainers(deps: JobContainersDeps): Promise<JobContainers> {
  const { host, node, job, log } = deps;
  const { docker } = host.engine;
  const labels = { [NODE_LABEL]: node, [JOB_LABEL]: job };
  const prefix = `inferscan-${job.slice(0, 12)}-${node.slice(0, 6)}`;
  const volumes = new Map<string, string>();
  let network: Promise<string> | undefined;

  const left = await removeBelongings(docker, node);
  if (left.containers > 0) log.warn({ ...left }, 'removed containers that an earlier job left behind');

  const resources = host.resources && createJobResources({ store: host.resources, job, labels, prefix, log });
  const site: JobSite = {
    deps,
    labels,
    prefix,
    volumes,
    resources,
    network() {
      // One bridge for each job: its containers find each other by name, and no other job's.
      network ??= docker
        .createNetwork({ Name: prefix, Driver: 'bridge', Internal: host.policy.offline, Labels: labels })
        .then(() => prefix);
      return network;
    },
  };

  async function createVolume(name: string, path: string): Promise<void> {
    if (volumes.has(name)) throw new RequestRefused(`${path}: there is a volume ${name} already`);
    if (volumes.size >= MAX_VOLUMES) throw new RequestRefused(`${path}: more than ${MAX_VOLUMES} volumes`);
    const Name = `${prefix}-volume${volumes.size}`;
    volumes.set(name, Name);
    await docker.createVolume({ Name, Driver: 'local', Labels: labels });
  }

  return {
    async run(op, index, progress, signal) {
      if ('image' in op.args) return runContainer(site, op, op.args, index, progress, signal);
      const startTime = Date.now();
      const base = { op, startTime, logs: [] };
      progress.begun();
      try {
        await createVolume(op.args.name, `$input.ops[${index}].args.name`);
        progress.ready();
        return { ...base, status: 'success', exitCode: EXIT.success, endTime: Date.now() };
      } catch (error) {
        const failure = failureOf(error, 'resource-error');
        const exitCode = error instanceof RequestRefused ? EXIT.failed : EXIT.host;
        return { ...base, status: 'failed', exitCode, endTime: Date.now(), failure };
      }
    },
    async close() {
      try {
        await removeBelongings(docker, node);
      } catch (error) {
        // Found by its labels before the next job.
        log.warn({ err: error, job }, 'could not remove all containers of the job');
      } finally {
        resources?.release();
      }
    },
  };
}
