import { availableParallelism, totalmem } from 'node:os';

import { listOf, numberFrom, onOrOff, type SettingsTable, text, valueThatIs } from '../command/settings.js';
import type { ContainerPolicy } from './policy.js';

const GIB = 2 ** 30;

const socket = valueThatIs<string>(
  'the path of a Unix socket, such as /var/run/docker.sock',
  (value) => typeof value === 'string' && /^(unix:\/\/)?\/[^\0]+$/.test(value),
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
  'container-runtime'?: string | undefined;
}

/** The engine to use, and what jobs may have of this machine; undefined where no containers are run. */
export function containerOptions(
  settings: ReadContainerSettings,
): { socket: string; policy: ContainerPolicy } | undefined {
  if (settings.docker === undefined) return undefined;
  const memory = settings['container-memory'];
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
      runtime: settings['container-runtime'],
    },
  };
}
