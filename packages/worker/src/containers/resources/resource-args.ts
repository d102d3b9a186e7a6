import { posix } from 'node:path';

import type { RunArgs } from '../container-config.js';
import { RequestRefused } from '../failures.js';
import { isMountTarget, NO_TARGET } from '../mount-target.js';

type Written = NonNullable<RunArgs['resources']>[number];
type WrittenResource = Extract<Written, { type: unknown }>;

/** A resource that an op names, as it was checked. */
export interface ResourceRequest {
  /** Its place in the definition, for errors. */
  readonly path: string;
  /** A folder in the container. */
  readonly target: string;
  readonly allowWrite: boolean;
  readonly resource: WrittenResource;
}

const MAX_RESOURCES = 32;
/** Where Ollama looks for models when it runs as root, as on the network's hosts. */
const OLLAMA_TARGET = '/root/.ollama/models';

/**
 * The resources of an op.
 * @param path of the args in the definition, for errors
 * @throws RequestRefused
 */
export function requestsOf({ resources = [], volumes = [] }: RunArgs, path: string): ResourceRequest[] {
  if (resources.length > MAX_RESOURCES) {
    throw new RequestRefused(`${path}.resources: more than ${MAX_RESOURCES} resources`);
  }
  const taken = new Set(volumes.map(({ dest }) => posix.normalize(`${dest}/`)));
  const targets: string[] = [];
  return resources.map((resource, index) => {
    const at = `${path}.resources[${index}]`;
    if (typeof resource === 'string' || !('type' in resource)) {
      throw new RequestRefused(`${at}: expected a resource`);
    }
    const { target = OLLAMA_TARGET } = resource;
    if (!isMountTarget(target)) throw new RequestRefused(`${at}.target: ${NO_TARGET}`);
    const folder = posix.normalize(`${target}/`);
    if (taken.has(folder)) throw new RequestRefused(`${at}.target: something else is at ${target} already`);
    // Nobody could make the folder for it: the outer one is read-only.
    const outer = targets.find((other) => folder.startsWith(other) || other.startsWith(folder));
    if (outer !== undefined)
      throw new RequestRefused(`${at}.target: it overlaps with the resource at ${outer}`);
    taken.add(folder);
    targets.push(folder);
    const allowWrite = resource.type === 'S3' && resource.allowWrite === true;
    return { path: at, target: folder.replace(/\/$/, ''), allowWrite, resource };
  });
}
