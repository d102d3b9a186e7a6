import type { JobDefinition, JobOperation } from '@inferscan/formats';
import type Docker from 'dockerode';

import type { ExposedPort } from './exposed-ports.js';
import { CAPABILITIES, type ContainerPolicy } from './policy.js';

/** Args of an op that runs a container. */
export type RunArgs = Extract<JobOperation['args'], { image: string }>;

export interface ContainerFacts {
  readonly name: string;
  /** Id of the image on this machine: what was looked at is what runs. */
  readonly image: string;
  readonly args: RunArgs;
  readonly defaults: JobDefinition['global'];
  readonly job: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  /** Names under which other containers of the job reach it. */
  readonly aliases: readonly string[];
  readonly ports: readonly ExposedPort[];
  /** Address at which ports are published; null: they are not. */
  readonly publishAt: string | null;
  /** Of the definition's volumes, by its name for them. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Volumes with files that the job names. */
  readonly resources: readonly Docker.MountSettings[];
  /** Into how many parts memory and cores are divided. */
  readonly shares: number;
  readonly policy: ContainerPolicy;
}

/** Where NVIDIA's runtime is the engine's own, a container has all GPUs for which its image or its job set this to anything else. */
const WITHOUT_GPUS = { NVIDIA_VISIBLE_DEVICES: 'void' };

/** Neither the machine's files, devices and network nor more memory, time or processes than its share. */
export function containerConfig(facts: ContainerFacts): Docker.ContainerCreateOptions {
  const { args, defaults, policy, ports, publishAt } = facts;
  const memory = Math.floor(policy.memoryBytes / facts.shares);
  const entrypoint = args.entrypoint ?? defaults?.entrypoint;
  const workDir = args.work_dir ?? defaults?.work_dir;
  const hasGpus = args.gpu ?? defaults?.gpu ?? false;
  const env = { ...defaults?.env, ...args.env, NOSANA_ID: facts.job, ...(!hasGpus && WITHOUT_GPUS) };
  const published = publishAt === null ? [] : ports;
  return {
    name: facts.name,
    Image: facts.image,
    Labels: { ...facts.labels },
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ...(args.cmd !== undefined && {
      Cmd: typeof args.cmd === 'string' ? ['/bin/sh', '-c', args.cmd] : args.cmd,
    }),
    ...(entrypoint !== undefined && {
      Entrypoint: typeof entrypoint === 'string' ? [entrypoint] : entrypoint,
    }),
    ...(workDir !== undefined && { WorkingDir: workDir }),
    AttachStdin: false,
    Tty: false,
    ExposedPorts: Object.fromEntries(ports.map(({ port }) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: facts.network,
      PortBindings: Object.fromEntries(
        published.map(({ port }) => [`${port}/tcp`, [{ HostIp: publishAt ?? '', HostPort: '' }]]),
      ),
      Mounts: [
        ...(args.volumes ?? []).map(({ name, dest }) => ({
          Type: 'volume' as const,
          Source: facts.volumes.get(name) ?? '',
          Target: dest,
        })),
        ...facts.resources,
      ],
      Memory: memory,
      // As much with swap as without: none.
      MemorySwap: memory,
      ShmSize: Math.floor(memory / 2),
      NanoCpus: Math.floor((policy.cpus / facts.shares) * 1e9),
      PidsLimit: policy.pids,
      // Where the machine runs out of memory all the same, jobs go before the node.
      OomScoreAdj: 500,
      Privileged: false,
      CapDrop: ['ALL'],
      CapAdd: [...CAPABILITIES],
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      ReadonlyRootfs: policy.readOnly,
      ...(policy.readOnly && { Tmpfs: { '/tmp': `size=${Math.floor(memory / 4)}` } }),
      // Its output is read as it comes; the engine would keep all of it on disk.
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      ...(policy.runtime !== undefined && { Runtime: policy.runtime }),
      ...(hasGpus && {
        DeviceRequests: [{ Driver: '', Count: -1, DeviceIDs: [], Capabilities: [['gpu']], Options: {} }],
      }),
    },
    NetworkingConfig: { EndpointsConfig: { [facts.network]: { Aliases: [...facts.aliases] } } },
  };
}
