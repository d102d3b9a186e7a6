import { setTimeout as sleep } from 'node:timers/promises';

import type Docker from 'dockerode';

import type { ContainerPolicy } from './policy.js';
import type { ResourceStore } from './resources/job-resources.js';

/** A Docker engine, or one that speaks its API, which is there and can do what is asked of it. */
export interface ContainerEngine {
  readonly docker: Docker;
  readonly socket: string;
  readonly version: string;
}

/** An engine that is used, and what for. */
export interface ContainerHost {
  readonly engine: ContainerEngine;
  readonly policy: ContainerPolicy;
  /** Fetches files that jobs name; such jobs fail without. */
  readonly resources?: ResourceStore | undefined;
}

/** Says why there is no engine to use. */
class NoContainerEngine extends Error {
  override readonly name = 'NoContainerEngine';
}

const ANSWER_MS = 10_000;

interface EngineInfo {
  OSType?: string;
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
  CpuCfsQuota?: boolean;
  Runtimes?: Record<string, unknown>;
}

/**
 * Connects to the engine behind a Unix socket, and asks whether it can keep to the policy.
 * @throws NoContainerEngine
 */
export async function connectEngine(
  socket: string,
  { runtime }: Pick<ContainerPolicy, 'runtime'>,
): Promise<ContainerEngine> {
  // Loaded only where containers run: it takes as long as all the rest of the node.
  const { default: DockerClient } = await import('dockerode');
  const docker = new DockerClient({ socketPath: socket });
  let version: string;
  let info: EngineInfo;
  try {
    const answers = Promise.all([docker.version(), docker.info()]);
    const late = sleep(ANSWER_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no answer within ${ANSWER_MS / 1000} seconds`);
    });
    const [versions, told] = await Promise.race([answers, late]);
    version = versions.Version;
    info = told as EngineInfo;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoContainerEngine(`no Docker engine at ${socket}: ${reason}`);
  }
  const missing = [
    info.OSType !== 'linux' && 'run Linux containers',
    info.MemoryLimit === false && 'limit memory',
    info.PidsLimit === false && 'limit processes',
    info.CpuCfsQuota === false && 'limit processor time',
    runtime !== undefined && info.Runtimes?.[runtime] === undefined && `run containers with ${runtime}`,
  ].filter((what) => what !== false);
  if (missing.length > 0) {
    throw new NoContainerEngine(`the Docker engine at ${socket} cannot ${missing.join(', nor ')}`);
  }
  return { docker, socket, version };
}
