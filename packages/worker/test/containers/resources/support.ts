import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { attributeFault, type FlowState } from '@inferscan/formats';

import type { ContainerEngine } from '../../../src/containers/engine.js';
import type { ResourcePolicy } from '../../../src/containers/policy.js';
import type { ResourceStore } from '../../../src/containers/resources/job-resources.js';
import { openResourceStore } from '../../../src/containers/resources/open-store.js';
import { createLog } from '../../../src/log.js';
import type { Asked } from '../pretender.js';
import { POLICY } from '../run-job.js';

/** A store of a node whose state is in `stateDir`. It may talk to this machine. */
export function openStore(
  engine: ContainerEngine,
  stateDir: string,
  policy: Partial<ResourcePolicy>,
  { node = 'NODE' } = {},
): ResourceStore {
  const store = openResourceStore({
    engine,
    policy: { ...POLICY.resources, ...policy },
    node,
    stateDir,
    log: createLog(process.env.TEST_LOG ?? 'silent', {}),
    pauseMs: 1,
  });
  if (store === undefined) throw new Error('it fetches nothing');
  return store;
}

/** What is in the archives that were sent to an engine, as the system's tar unpacks them. */
export async function unpacked(asked: readonly Asked[]): Promise<Record<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-unpacked-'));
  try {
    for (const { method, path, bytes } of asked) {
      if (method !== 'PUT' || !path.includes('/archive')) continue;
      const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', dir], { input: bytes });
      if (status !== 0) throw new Error(String(stderr));
    }
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const read = async (file: string) => [relative(dir, file), await readFile(file, 'latin1')] as const;
    return Object.fromEntries(await Promise.all(files.map(read)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Whose fault the network's explorer finds the end of a job to be. */
export function faultOf(flow: FlowState): { code: string; fault: string } {
  const { code, fault } = attributeFault(
    { end: 'finish', startedAt: 1_800_000_000n, endedAt: 1_800_000_010n, timeout: 60n, now: null },
    { state: 'read', json: JSON.parse(JSON.stringify(flow)) },
  );
  return { code, fault };
}
