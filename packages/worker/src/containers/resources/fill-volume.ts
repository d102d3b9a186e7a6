import { Readable } from 'node:stream';

import type Docker from 'dockerode';

import { bytesOf, type SourceFile } from './listing.js';
import { tarOf } from './tar.js';
import { volumeMount } from './volume-mount.js';
import { wholeFile } from './whole-file.js';

export interface Filling {
  readonly docker: Docker;
  /** Of the container that holds the volume meanwhile, from this image. It never runs. */
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volume: string;
  readonly files: readonly SourceFile[];
  /** How many of them, in their order, lie in it already. */
  readonly done: number;
  onBytes(count: number): void;
  /** So many are there now, whole and compared. */
  onDone(done: number): Promise<void>;
}

/** Where the volume is in the container that holds it. */
const PLACE = '/inferscan-files';
/** Small files go to the engine together; what was sent in one piece is not asked for again. */
const BATCH_BYTES = 256 * 2 ** 20;

/** Puts files into a volume of the engine, as they come from their source. */
export async function fillVolume(filling: Filling, signal: AbortSignal): Promise<void> {
  const { docker, files, onDone } = filling;
  const container = await docker.createContainer(holder(filling));
  try {
    let done = filling.done;
    do {
      const batch = batchFrom(files, done);
      await put(container, filling, batch, signal);
      done += batch.length;
      await onDone(done);
    } while (done < files.length);
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}

function batchFrom(files: readonly SourceFile[], from: number): readonly SourceFile[] {
  let to = from + 1;
  while (to < files.length && bytesOf(files.slice(from, to + 1)) <= BATCH_BYTES) to += 1;
  return files.slice(from, to);
}

async function put(
  container: Docker.Container,
  { onBytes }: Filling,
  batch: readonly SourceFile[],
  signal: AbortSignal,
): Promise<void> {
  let failure: unknown;
  async function* archive(): AsyncGenerator<Uint8Array> {
    try {
      const files = batch.map((file) => ({ ...file, content: () => wholeFile(file, signal, onBytes) }));
      yield* tarOf(files, Date.now());
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const stream = Readable.from(archive(), { objectMode: false });
  // What it says is kept above; the engine's client hears of it, too.
  stream.on('error', () => undefined);
  try {
    await container.putArchive(stream, { path: PLACE, abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    throw failure ?? error;
  } finally {
    stream.destroy();
  }
}

/** As harmless as a container that runs, although it never does. */
function holder({ name, image, labels, volume }: Filling): Docker.ContainerCreateOptions {
  return {
    name,
    Image: image,
    Labels: { ...labels },
    Entrypoint: ['/'],
    Cmd: [],
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [volumeMount(volume, PLACE, { readOnly: false })],
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
    },
  };
}
