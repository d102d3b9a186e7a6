import type { FlowState } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';

import type { ContainerEngine } from '../../src/containers/engine.js';
import type { HealthTimes } from '../../src/containers/health.js';
import type { ContainerPolicy } from '../../src/containers/policy.js';
import type { ResourceStore } from '../../src/containers/resources/job-resources.js';
import { executeJob } from '../../src/execution/job.js';
import { createLog } from '../../src/log.js';
import { createNodeKey } from '../execution/support.js';

const MIB = 2 ** 20;

export const POLICY: ContainerPolicy = {
  images: [],
  memoryBytes: 256 * MIB,
  cpus: 1,
  pids: 64,
  gpus: false,
  offline: false,
  readOnly: false,
  resources: {
    jobBytes: 64 * MIB,
    cacheBytes: 128 * MIB,
    hosts: [],
    allowPrivate: true,
    hubUrl: 'http://127.0.0.1:1',
    ollamaUrl: 'http://127.0.0.1:1',
  },
};

/** An engine for inference that has no models: nothing of these jobs may come to it. */
const NO_MODELS: InferenceEngine = {
  models: () => [],
  stats: () => new Map(),
  load: () => new Map(),
  generate: () => Promise.reject(new Error('nothing may run')),
  run: () => Promise.reject(new Error('nothing may run')),
  close: () => Promise.resolve(),
};

export interface JobChange {
  policy?: Partial<ContainerPolicy>;
  key?: ReturnType<typeof createNodeKey>;
  signal?: AbortSignal;
  healthTimes?: HealthTimes;
  patienceMs?: number;
  resources?: ResourceStore | undefined;
  gpus?: { name: string; memory_mb: number }[];
}

/** An op that runs a container, in a definition. */
export type WrittenOp = { id: string; type?: string; args: object; results?: object; execution?: object };

export const definitionOf = (ops: readonly WrittenOp[], more: object = {}) => ({
  version: '0.1',
  type: 'container',
  ...more,
  ops: ops.map((op) => ({ type: 'container/run', ...op })),
});

/** Runs a definition as a node would run a job with it; without an engine, as one that has none. */
export function runJob(
  engine: ContainerEngine | undefined,
  definition: unknown,
  { policy, key = createNodeKey(), signal, healthTimes, patienceMs, resources, gpus = [] }: JobChange = {},
): Promise<FlowState> {
  const { address } = key;
  const log = createLog(process.env.TEST_LOG ?? 'silent', {});
  return executeJob(
    {
      engine: NO_MODELS,
      content: { fetchJson: async () => JSON.parse(JSON.stringify(definition)) },
      hardware: { cpu_model: 'x', logical_cores: 1, memory_mb: 1, gpus },
      sign: key.sign,
      reference: { job: address, market: address, node: address, run: address, definitionCid: 'Qm' },
      fetchAttempts: 1,
      project: address,
      containers: engine && {
        host: { engine, policy: { ...POLICY, ...policy }, resources },
        place: {},
        log,
        healthTimes,
        patienceMs,
      },
    },
    signal ?? new AbortController().signal,
  );
}

/** What an op wrote on one of its streams. */
export function writtenBy(flow: FlowState, id: string, type = 'stdout'): string {
  const logs = flow.opStates?.find(({ operationId }) => operationId === id)?.logs ?? [];
  return logs
    .filter((line) => line.type === type)
    .map(({ log }) => log)
    .join('');
}
