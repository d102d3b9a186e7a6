import { type JobOperation, readDefinition } from '@inferscan/formats';

import type { RunArgs } from './container-config.js';
import { type ExposedPort, exposedPorts } from './exposed-ports.js';
import { NotOffered, RequestRefused } from './failures.js';
import type { JobSite } from './job-containers.js';
import { isMountTarget, NO_TARGET } from './mount-target.js';
import { MAX_PORTS, MAX_SIDE_BY_SIDE } from './policy.js';
import { type ResourceRequest, requestsOf } from './resources/resource-args.js';
import { createResultFinder, type ResultFinder } from './result-patterns.js';

export interface CheckedOp {
  readonly ports: readonly ExposedPort[];
  readonly finder: ResultFinder;
  readonly requests: readonly ResourceRequest[];
}

/**
 * What can be said of an op before anything is done for it.
 * @throws RequestRefused, NotOffered
 */
export function checkOp(site: JobSite, op: JobOperation, args: RunArgs, index: number): CheckedOp {
  const { policy } = site.deps.host;
  const path = `$input.ops[${index}]`;
  if (site.deps.sideBySide > MAX_SIDE_BY_SIDE) {
    throw new NotOffered(`${path}: this node runs at most ${MAX_SIDE_BY_SIDE} containers side by side`);
  }
  if (args.gpu ?? site.deps.definition.global?.gpu) {
    if (!policy.gpus) throw new NotOffered(`${path}.args.gpu: this node gives no GPU to containers`);
    const { requiredVram } = readDefinition(site.deps.definition);
    // A card has a little less than its name says.
    const has = Math.round(site.deps.vramMb / 1024);
    if (requiredVram !== null && requiredVram > has) {
      throw new NotOffered(
        `$input.meta: the job asks for ${requiredVram} GiB of video memory, this node has ${has}`,
      );
    }
  }
  const requests = requestsOf(args, `${path}.args`);
  if (requests.length > 0 && site.resources === undefined) {
    throw new NotOffered(`${path}.args.resources: this node fetches no resources for containers`);
  }
  for (const [at, { name, dest }] of (args.volumes ?? []).entries()) {
    if (!site.volumes.has(name)) {
      throw new RequestRefused(`${path}.args.volumes[${at}].name: no volume ${name} was created before`);
    }
    if (!isMountTarget(dest)) throw new RequestRefused(`${path}.args.volumes[${at}].dest: ${NO_TARGET}`);
  }
  const exposed = exposedPorts(args.expose, `${path}.args.expose`, MAX_PORTS);
  if (!exposed.ok) throw new RequestRefused(exposed.message);
  const results = createResultFinder(op.results, `${path}.results`);
  if (!results.ok) throw new RequestRefused(results.message);
  return { ports: exposed.ports, finder: results.finder, requests };
}
