import type Docker from 'dockerode';

import type { Logger } from '../../log.js';
import { isOwnWord, NotOffered, ResourceFailed, statusOf } from '../failures.js';
import type { ResourcePolicy } from '../policy.js';
import { listBuckets } from './bucket-resource.js';
import type { FileCache, HeldVolume } from './file-cache.js';
import { checkedFiles } from './file-names.js';
import { fillVolume } from './fill-volume.js';
import { listHub } from './hub-resource.js';
import { bytesOf, keyOf, type Listing } from './listing.js';
import { listOllama } from './ollama-resource.js';
import type { ResourceRequest } from './resource-args.js';
import type { SourceAccess } from './source-request.js';
import { volumeMount } from './volume-mount.js';

/** A node's means to fetch what jobs name. */
export interface ResourceStore {
  readonly docker: Docker;
  readonly policy: ResourcePolicy;
  readonly access: SourceAccess;
  readonly cache: FileCache;
  /** Ends what is being fetched. */
  close(): Promise<void>;
}

/** The resources of one job. */
export interface JobResources {
  /**
   * Fetches what an op names and is not there.
   * @param image of the op, on the engine
   * @throws RequestRefused, NotOffered, ResourceFailed, the signal's reason when it aborts
   */
  ready(
    requests: readonly ResourceRequest[],
    op: { readonly id: string; readonly index: number; readonly image: string },
    signal: AbortSignal,
  ): Promise<Docker.MountSettings[]>;
  /** What was used may make room for others. */
  release(): void;
}

export interface JobResourcesDeps {
  readonly store: ResourceStore;
  readonly job: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly prefix: string;
  readonly log: Logger;
}

const GIB = 2 ** 30;
/** Progress is told this often. */
const TELL_MS = 5_000;

export function createJobResources({ store, job, labels, prefix, log }: JobResourcesDeps): JobResources {
  const { docker, policy, access, cache } = store;
  const holds: HeldVolume[] = [];
  const counted = new Set<string>();
  let bytes = 0;
  let volumes = 0;

  /** @throws NotOffered when the job has more than the operator allows */
  function count(listing: Listing, { path, allowWrite }: ResourceRequest): void {
    const key = keyOf(listing);
    if (counted.has(key) && !allowWrite) return;
    counted.add(key);
    bytes += bytesOf(listing.files);
    if (bytes > policy.jobBytes) {
      const most = `at most ${round(policy.jobBytes / GIB)} GiB`;
      throw new NotOffered(
        `${path}: this node fetches ${most} for a job, with this it would be ${round(bytes / GIB)}`,
      );
    }
  }

  function list({ resource, path }: ResourceRequest, signal: AbortSignal): Promise<Listing> {
    switch (resource.type) {
      case 'HF':
        return listHub(access, policy.hubUrl, resource, path, signal);
      case 'S3':
        return listBuckets(access, resource, path, signal);
      case 'Ollama':
        return listOllama(access, policy.ollamaUrl, resource, path, signal);
    }
  }

  return {
    async ready(requests, { id, index, image }, signal) {
      const mounts: Docker.MountSettings[] = [];
      for (const request of requests) {
        const listed = await list(request, signal);
        const listing = { ...listed, files: checkedFiles(listed.files, request.path) };
        count(listing, request);
        const tell = createTeller({ job, op: id, resource: listing.name }, listing, log);
        const fill = async (volume: string, done: number, onDone: (done: number) => Promise<void>) => {
          tell.begins(done);
          await byTheEngine(() =>
            fillVolume(
              {
                docker,
                name: `${prefix}-op${index}-files`,
                image,
                labels,
                volume,
                files: listing.files,
                done,
                onBytes: tell.onBytes,
                onDone,
              },
              signal,
            ),
          );
          tell.ends();
        };
        let volume: string;
        if (request.allowWrite) {
          // The job's own, gone with it: what it writes there is nobody else's.
          volume = `${prefix}-files${volumes++}`;
          await byTheEngine(() =>
            docker.createVolume({ Name: volume, Driver: 'local', Labels: { ...labels } }),
          );
          await fill(volume, 0, () => Promise.resolve());
        } else {
          const held = await byTheEngine(() => cache.hold(listing, fill, signal));
          holds.push(held);
          volume = held.volume;
        }
        mounts.push(volumeMount(volume, request.target, { readOnly: !request.allowWrite }));
      }
      return mounts;
    },
    release() {
      for (const { release } of holds.splice(0)) release();
    },
  };

  /** What the engine says of volumes would be read as if the job's own resource were not there. */
  async function byTheEngine<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isOwnWord(error) || statusOf(error) === undefined) throw error;
      log.warn({ err: error, job }, 'the engine did not take the files of a resource');
      const isFull = error instanceof Error && /no space left|disk quota/i.test(error.message);
      const why = isFull ? ': no space left on device' : '';
      throw new ResourceFailed(
        `the container engine of this node did not take the files of a resource${why}`,
      );
    }
  }
}

/** Says in the node's log how far a resource is. */
function createTeller(fields: object, { files }: Listing, log: Logger) {
  let received = 0;
  let told = performance.now();
  const mb = (count: number) => Math.round(count / 1e6);
  const of_mb = mb(bytesOf(files));
  let begun = told;
  return {
    begins(done: number) {
      begun = performance.now();
      received = bytesOf(files.slice(0, done));
      log.info({ ...fields, files: files.length, of_mb, there_mb: mb(received) }, 'fetching a resource');
    },
    onBytes(count: number) {
      received += count;
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      log.info({ ...fields, mb: mb(received), of_mb }, 'still fetching a resource');
    },
    ends() {
      log.info({ ...fields, mb: of_mb, ms: Math.round(performance.now() - begun) }, 'fetched a resource');
    },
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
