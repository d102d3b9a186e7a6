import { availableParallelism, totalmem } from 'node:os';

import { UsageError } from '../command/command.js';
import {
  listOf,
  numberFrom,
  onOrOff,
  type SettingsTable,
  text,
  url,
  valueThatIs,
} from '../command/settings.js';
import type { ContainerPolicy } from './policy.js';

const GIB = 2 ** 30;

const socket = valueThatIs<string>(
  'the path of a Unix socket, such as /var/run/docker.sock',
  (value) => typeof value === 'string' && /^(unix:\/\/)?\/[^\0]+$/.test(value),
);

const hostPattern = valueThatIs<string>(
  'the name of a host, or *. and the end of one',
  (value) => typeof value === 'string' && /^(\*\.)?[a-z0-9.-]+$/.test(value),
);

/** What `start` can be told of containers. */
export const CONTAINER_SETTINGS = {
  docker: {
    kind: 'text',
    value: 'SOCKET',
    help: 'run the containers that jobs ask for, which is code of strangers, with the Docker engine behind this\nsocket, such as /var/run/docker.sock (default: none are run)',
    schema: socket.optional(),
  },
  'container-image': {
    kind: 'list',
    value: 'PATTERN',
    help: 'an image that may run, such as ghcr.io/acme/*; may be given several times (default: any)',
    schema: listOf(text('a pattern'), 'a list of patterns').default([]),
  },
  'container-memory': {
    kind: 'number',
    value: 'GIB',
    help: 'memory for all containers of a job that run side by side, in even shares (default: half of what there is)',
    schema: numberFrom(0.03125, 65_536).optional(),
  },
  'container-cpus': {
    kind: 'number',
    value: 'N',
    help: 'processor cores for them, in even shares (default: all but one)',
    schema: numberFrom(0.01, 4_096).optional(),
  },
  'container-pids': {
    kind: 'number',
    value: 'N',
    help: 'processes and threads of one container (default: 2048)',
    schema: valueThatIs<number>(
      'a whole number from 1 to 4194304',
      (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 4_194_304,
    ).default(2_048),
  },
  'container-gpus': {
    kind: 'switch',
    help: "let containers that ask for it have this machine's GPUs",
    schema: onOrOff,
  },
  'container-offline': {
    kind: 'switch',
    help: 'containers reach only each other; what they serve is reached from this machine alone',
    schema: onOrOff,
  },
  'container-read-only': {
    kind: 'switch',
    help: 'containers may write to their volumes and to /tmp only',
    schema: onOrOff,
  },
  'container-resources': {
    kind: 'number',
    value: 'GIB',
    help: 'files of hubs, buckets and registries that are fetched for one job; 0: none (default: 64)',
    schema: numberFrom(0, 1_048_576).default(64),
  },
  'container-cache': {
    kind: 'number',
    value: 'GIB',
    help: 'of them, what is kept on the engine for later jobs (default: twice as much)',
    schema: numberFrom(0, 1_048_576).optional(),
  },
  'container-source': {
    kind: 'list',
    value: 'HOST',
    help: 'a host to fetch them from, such as huggingface.co or *.amazonaws.com; may be given several times\n(default: any on the internet)',
    schema: listOf(hostPattern, 'a list of hosts').default([]),
  },
  'container-private-sources': {
    kind: 'switch',
    help: "jobs may name addresses in this machine's own networks, too, and such without TLS",
    schema: onOrOff,
  },
  'container-hub': {
    kind: 'text',
    value: 'URL',
    help: 'the hub that has models by OWNER/NAME, or a mirror of it (default: https://huggingface.co)',
    schema: url('https:', 'http:').default('https://huggingface.co'),
  },
  'container-ollama': {
    kind: 'text',
    value: 'URL',
    help: "the registry of Ollama's models, or a mirror of it (default: https://registry.ollama.ai)",
    schema: url('https:', 'http:').default('https://registry.ollama.ai'),
  },
  'container-runtime': {
    kind: 'text',
    value: 'NAME',
    help: "runtime of the engine to run them with, such as gVisor's runsc (default: the engine's)",
    schema: text('the name of a runtime').optional(),
  },
} as const satisfies SettingsTable;

/** Settings as they were read. */
interface ReadContainerSettings {
  docker?: string | undefined;
  'container-image': readonly string[];
  'container-memory'?: number | undefined;
  'container-cpus'?: number | undefined;
  'container-pids': number;
  'container-gpus': boolean;
  'container-offline': boolean;
  'container-read-only': boolean;
  'container-resources': number;
  'container-cache'?: number | undefined;
  'container-source': readonly string[];
  'container-private-sources': boolean;
  'container-hub': string;
  'container-ollama': string;
  'container-runtime'?: string | undefined;
}

/** The engine to use, and what jobs may have of this machine; undefined where no containers are run. */
export function containerOptions(
  settings: ReadContainerSettings,
): { socket: string; policy: ContainerPolicy } | undefined {
  if (settings.docker === undefined) return undefined;
  const memory = settings['container-memory'];
  const ofJob = settings['container-resources'];
  const kept = settings['container-cache'] ?? ofJob * 2;
  if (kept < ofJob) {
    throw new UsageError(
      'container-cache must be at least as much as container-resources: a job uses what is kept',
    );
  }
  return {
    socket: settings.docker.replace(/^unix:\/\//, ''),
    policy: {
      images: settings['container-image'],
      memoryBytes: Math.floor(memory === undefined ? totalmem() / 2 : memory * GIB),
      cpus: settings['container-cpus'] ?? Math.max(availableParallelism() - 1, 1),
      pids: settings['container-pids'],
      gpus: settings['container-gpus'],
      offline: settings['container-offline'],
      readOnly: settings['container-read-only'],
      resources: {
        jobBytes: Math.floor(ofJob * GIB),
        cacheBytes: Math.floor(kept * GIB),
        hosts: settings['container-source'],
        allowPrivate: settings['container-private-sources'],
        hubUrl: settings['container-hub'],
        ollamaUrl: settings['container-ollama'],
      },
      runtime: settings['container-runtime'],
    },
  };
}
