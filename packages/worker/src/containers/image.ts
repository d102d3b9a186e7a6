import type { Logger } from '../log.js';
import type { ContainerEngine } from './engine.js';
import { NotOffered, RequestRefused, statusOf } from './failures.js';
import { fullReference, isListed } from './image-reference.js';
import type { ContainerPolicy } from './policy.js';

/** What an image's registry asks for. */
export interface RegistryLogin {
  username?: string;
  password?: string;
  email?: string;
  server?: string;
}

/** One line of what the engine says while it pulls. */
interface PullLine {
  error?: string;
  errorDetail?: { message?: string };
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
}

/** Progress is told this often. */
const TELL_MS = 5_000;
const MAX_LINE = 65_536;

/**
 * The id of an image that is on this machine, pulled where it was not.
 * @param path of the image in the definition, for errors
 * @throws RequestRefused, NotOffered, the engine's error, the signal's reason when it aborts
 */
export async function readyImage(
  { docker }: ContainerEngine,
  policy: ContainerPolicy,
  { image, path, login }: { image: string; path: string; login: RegistryLogin | undefined },
  log: Logger,
  signal: AbortSignal,
): Promise<string> {
  const reference = fullReference(image);
  if (reference === null) throw new RequestRefused(`${path}: invalid reference of an image`);
  if (policy.images.length > 0 && !isListed(reference, policy.images)) {
    throw new NotOffered(`${path}: this node does not run the image ${reference}`);
  }
  const known = await idOf();
  if (known !== null) return known;
  log.info({ image: reference }, 'pulling an image');
  const begun = performance.now();
  const stream = await docker.pull(reference, {
    abortSignal: signal,
    ...(login && { authconfig: { ...login, serveraddress: login.server ?? '' } }),
  });
  await followPull(stream, reference, log, signal);
  signal.throwIfAborted();
  const pulled = await idOf();
  if (pulled === null) throw refusal(404, `no such image after it was pulled: ${reference}`);
  log.info({ image: reference, ms: Math.round(performance.now() - begun) }, 'pulled an image');
  return pulled;

  async function idOf(): Promise<string | null> {
    try {
      return (await docker.getImage(reference ?? image).inspect()).Id;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }
}

/** Reads what the engine says until it is done, as a pull goes on only while somebody reads. */
async function followPull(
  stream: NodeJS.ReadableStream,
  image: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const layers = new Map<string, { current: number; total: number; done: boolean }>();
  let told = performance.now();
  let rest = '';
  const onAbort = () =>
    'destroy' in stream && (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) take(line);
      if (performance.now() - told < TELL_MS) continue;
      told = performance.now();
      const all = [...layers.values()];
      const sum = (key: 'current' | 'total') => all.reduce((total, layer) => total + layer[key], 0);
      log.info(
        {
          image,
          layers: all.length,
          done: all.filter(({ done }) => done).length,
          mb: Math.round(sum('current') / 1e6),
          of_mb: Math.round(sum('total') / 1e6),
        },
        'still pulling an image',
      );
    }
    take(rest);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }

  function take(text: string): void {
    if (text.trim() === '') return;
    const line = JSON.parse(text) as PullLine;
    const message = line.errorDetail?.message ?? line.error;
    if (message !== undefined) throw refusal(500, message);
    if (line.id === undefined || line.id === image) return;
    const { current = 0, total = 0 } = line.progressDetail ?? {};
    const layer = layers.get(line.id) ?? { current: 0, total: 0, done: false };
    layer.total = Math.max(layer.total, total);
    layer.current = Math.max(layer.current, current);
    layer.done ||= line.status === 'Pull complete' || line.status === 'Already exists';
    layers.set(line.id, layer);
  }
}

/** An error as the engine's answers are. */
function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
