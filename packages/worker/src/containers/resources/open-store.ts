import { join } from 'node:path';

import { createGuardedFetch } from '@inferscan/storage/client';

import type { Logger } from '../../log.js';
import type { ContainerEngine } from '../engine.js';
import type { ResourcePolicy } from '../policy.js';
import { createFileCache } from './file-cache.js';
import type { ResourceStore } from './job-resources.js';

export interface ResourceStoreOptions {
  readonly engine: ContainerEngine;
  readonly policy: ResourcePolicy;
  readonly node: string;
  /** Where the node remembers things. */
  readonly stateDir: string;
  readonly log: Logger;
  /** Before a source that is in trouble is asked again. Default 1 s, doubled each time. */
  readonly pauseMs?: number | undefined;
}

const LEDGER = 'resources.json';
const PAUSE_MS = 1_000;

/** What a node fetches of resources, and keeps; undefined where its operator wants none. */
export function openResourceStore(options: ResourceStoreOptions): ResourceStore | undefined {
  const { engine, policy, node, stateDir, log, pauseMs = PAUSE_MS } = options;
  if (policy.jobBytes === 0) return undefined;
  const { docker } = engine;
  const { allowPrivate, hosts } = policy;
  const { fetch, close } = createGuardedFetch({ allowPrivate });
  return {
    docker,
    policy,
    access: { fetch, pauseMs, allowPrivate, hosts },
    cache: createFileCache({
      docker,
      node,
      ledger: join(stateDir, LEDGER),
      maxBytes: policy.cacheBytes,
      log,
    }),
    close,
  };
}
