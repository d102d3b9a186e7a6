/** What an operator lets containers of jobs have. */
export interface ContainerPolicy {
  /** Patterns of images that may run; none: any image. */
  readonly images: readonly string[];
  /** Bytes of memory and processor cores for all containers that run side by side: each gets an even share. */
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Processes and threads of one container. */
  readonly pids: number;
  /** Whether jobs may have this machine's GPUs. */
  readonly gpus: boolean;
  /** Whether containers reach only each other. */
  readonly offline: boolean;
  /** Whether a container may write to its volumes and /tmp only. */
  readonly readOnly: boolean;
  readonly resources: ResourcePolicy;
  /** An OCI runtime of the engine that isolates more than its default, such as gVisor's. */
  readonly runtime?: string | undefined;
}

/** What an operator lets be fetched of the files that jobs name. */
export interface ResourcePolicy {
  /** Of all that one job names; 0: nothing is fetched. */
  readonly jobBytes: number;
  /** Of what is kept for later jobs; at least as much as for one job. */
  readonly cacheBytes: number;
  /** Patterns of hosts from which they may come; none: any host of the internet. */
  readonly hosts: readonly string[];
  /** Whether they may come from private networks and by plain HTTP, too. */
  readonly allowPrivate: boolean;
  /** Where the hub and the registry of Ollama's models are. */
  readonly hubUrl: string;
  readonly ollamaUrl: string;
}

/** Containers that may run side by side; a job with more in one group is refused. */
export const MAX_SIDE_BY_SIDE = 16;
/** Ports that a container may have published. */
export const MAX_PORTS = 32;

/**
 * All that a container keeps of root's capabilities: what images use to install files and to change to another user. It never
 * gains one by starting a program, and has none over the machine's network, devices or mounts.
 */
export const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
] as const;
