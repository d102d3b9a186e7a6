import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { type JobOperation, serviceHostLabel } from '@inferscan/formats';
import type Docker from 'dockerode';

import { stopCause } from '../execution/stop.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import { checkOp } from './check-op.js';
import { containerConfig, type RunArgs } from './container-config.js';
import type { ExposedPort } from './exposed-ports.js';
import { failureOf, RequestRefused } from './failures.js';
import { type Address, watchHealth } from './health.js';
import { readyImage } from './image.js';
import type { ContainerProgress, JobSite } from './job-containers.js';
import { linesOf } from './log-frames.js';
import { createLogTail, type LogTail } from './log-tail.js';
import type { ResultFinder } from './result-patterns.js';

/** Characters of logs that are kept of all ops that run side by side. */
const MAX_LOG_CHARS = 4_000_000;
const MOST_LOG_CHARS_OF_ONE = 2_000_000;
/** What a container may write in a second before it is made to wait, in characters: reading it costs the node's time. */
const LOG_CHARS_PER_SECOND = 4_194_304;
/** Seconds between asking a container to end and making it. */
const STOP_SECONDS = 5;
/** After the end of a container, for the rest of what it wrote. */
const LAST_LOG_MS = 5_000;

/** Runs one op in a container of its own. Never throws: what goes wrong is in the outcome. */
export async function runContainer(
  site: JobSite,
  op: JobOperation,
  args: RunArgs,
  index: number,
  progress: ContainerProgress,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  const { deps } = site;
  const log = createLogTail(Math.min(MOST_LOG_CHARS_OF_ONE, Math.floor(MAX_LOG_CHARS / deps.sideBySide)));
  const outcome: OperationOutcome = {
    op,
    status: 'failed',
    startTime: Date.now(),
    endTime: null,
    exitCode: EXIT.host,
    logs: [],
  };
  let at: 'image-pull-error' | 'container-runtime-error' | 'resource-error' = 'image-pull-error';
  let container: Docker.Container | undefined;
  const over = new AbortController();
  try {
    const { ports, finder, requests } = checkOp(site, op, args, index);
    const image = await readyImage(
      deps.host.engine,
      deps.host.policy,
      { image: args.image, path: `$input.ops[${index}].args.image`, login: args.authentication?.docker },
      deps.log,
      signal,
    );
    at = 'resource-error';
    const resources = await site.resources?.ready(requests, { id: op.id, index, image }, signal);
    const network = await site.network();
    at = 'container-runtime-error';
    const { docker } = deps.host.engine;
    const config = containerConfig({
      name: `${site.prefix}-op${index}`,
      image,
      args,
      defaults: deps.definition.global,
      job: deps.job,
      labels: site.labels,
      network,
      aliases: aliasesOf(op, args),
      ports,
      publishAt: deps.host.policy.offline ? null : deps.publishAt,
      volumes: site.volumes,
      resources: resources ?? [],
      shares: deps.sideBySide,
      policy: deps.host.policy,
    });
    signal.throwIfAborted();
    container = await docker.createContainer(config);
    const output = (await container.attach({
      stream: true,
      stdout: true,
      stderr: true,
    })) as unknown as Readable;
    const read = readLog(output, log, finder, over.signal);
    await container.start();
    outcome.provider = container.id;
    progress.begun();
    const addresses = await addressesOf(site, container, ports);
    announce(site, index, args, ports, addresses);
    progress.knows({
      host: `${site.prefix}-op${index}`,
      endpoints: new Map([...addresses].map(([port, address]) => [port, urlOf(site, address)])),
    });
    if (ports.length === 0) progress.ready();
    watchHealth(
      ports,
      (port) => addresses.get(port),
      () => progress.ready(),
      (port, state) => deps.log.info({ job: deps.job, op: op.id, port, state }, 'a health check changed'),
      AbortSignal.any([over.signal, signal]),
      deps.healthTimes,
    );
    const wasStopped = await untilExit(container, signal);
    await Promise.race([read, sleep(LAST_LOG_MS, undefined, { ref: false })]);
    Object.assign(outcome, await endOf(container, wasStopped), { results: finder.found() });
    if (wasStopped) {
      outcome.status = 'stopped';
      outcome.stopped = stopCause(signal);
    }
    const gaveUp = finder.gaveUp();
    if (gaveUp !== undefined && outcome.status === 'success') {
      outcome.status = 'failed';
      outcome.exitCode = EXIT.failed;
      outcome.failure = { event: 'validation-error', message: gaveUp };
    }
  } catch (error) {
    if (signal.aborted)
      Object.assign(outcome, { status: 'stopped', exitCode: EXIT.stopped, stopped: stopCause(signal) });
    else {
      outcome.failure = failureOf(error, at);
      if (error instanceof RequestRefused) outcome.exitCode = EXIT.failed;
    }
  } finally {
    over.abort();
    await container?.remove({ force: true, v: true }).catch(() => undefined);
  }
  return { ...outcome, endTime: Date.now(), logs: log.lines() };
}

/** Names for a container among those of its job: its own, and the op's where that is one. */
function aliasesOf(op: JobOperation, { aliases = [] }: RunArgs): string[] {
  const id = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(op.id) ? [op.id] : [];
  return [...new Set([...id, ...(typeof aliases === 'string' ? [aliases] : aliases)])].slice(0, 20);
}

/** Keeps a container's output and looks for results in it, no faster than the node can afford. */
async function readLog(
  output: Readable,
  log: LogTail,
  finder: ResultFinder,
  over: AbortSignal,
): Promise<void> {
  const end = () => output.destroy();
  over.addEventListener('abort', end, { once: true });
  let since = performance.now();
  let chars = 0;
  try {
    for await (const lines of linesOf(output)) {
      for (const { type, text } of lines) {
        log.add(type, text);
        chars += text.length + 1;
      }
      finder.look(lines);
      const elapsed = performance.now() - since;
      if (elapsed > 1_000) {
        since = performance.now();
        chars = 0;
      } else if (chars > LOG_CHARS_PER_SECOND) {
        // What is not read stands in the container's pipe: it waits, too.
        await sleep(1_000 - elapsed, undefined, { signal: over });
      }
    }
  } catch {
    // The stream ends with the container, or with the engine: what was read is kept.
  } finally {
    over.removeEventListener('abort', end);
    output.destroy();
  }
}

/** Where the ports of a container are reached from this machine. */
async function addressesOf(
  { deps }: JobSite,
  container: Docker.Container,
  ports: readonly ExposedPort[],
): Promise<Map<number, Address>> {
  if (ports.length === 0) return new Map();
  const { NetworkSettings } = await container.inspect();
  const [own] = Object.values(NetworkSettings.Networks);
  return new Map(
    ports.flatMap(({ port }): [number, Address][] => {
      const published = NetworkSettings.Ports[`${port}/tcp`]?.[0];
      if (published) {
        const host = deps.publishAt === '0.0.0.0' ? '127.0.0.1' : deps.publishAt;
        return [[port, { host, port: Number(published.HostPort) }]];
      }
      return own?.IPAddress ? [[port, { host: own.IPAddress, port }]] : [];
    }),
  );
}

const urlOf = ({ deps }: JobSite, { port }: Address) => `http://${deps.publicName}:${port}`;

/** Tells the operator, who makes it reachable for others. */
function announce(
  site: JobSite,
  index: number,
  args: RunArgs,
  ports: readonly ExposedPort[],
  addresses: ReadonlyMap<number, Address>,
): void {
  const { job, log } = site.deps;
  for (const { port } of ports) {
    const address = addresses.get(port);
    if (address === undefined) continue;
    const hostLabel = args.private ? undefined : serviceHostLabel(index, port, job);
    log.info({ job, port, at: `${address.host}:${address.port}`, hostLabel }, 'a container serves');
  }
}

/** Waits for a container's end, and brings it about when the signal aborts. @returns whether that was so */
async function untilExit(container: Docker.Container, signal: AbortSignal): Promise<boolean> {
  let wasStopped = false;
  let hasEnded = false;
  let stopping: Promise<unknown> = Promise.resolve();
  const stop = () => {
    wasStopped = !hasEnded;
    stopping = container.stop({ t: STOP_SECONDS }).catch(() => undefined);
  };
  const ended = container.wait().finally(() => {
    hasEnded = true;
  });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    await ended;
  } finally {
    signal.removeEventListener('abort', stop);
    await stopping;
  }
  return wasStopped;
}

/** How a container ended, as the engine has it. */
async function endOf(container: Docker.Container, wasStopped: boolean): Promise<Partial<OperationOutcome>> {
  const { State, RestartCount } = await container.inspect();
  return {
    status: State.ExitCode === 0 && !wasStopped ? 'success' : 'failed',
    exitCode: State.ExitCode,
    containerState: { ...State, RestartCount },
  };
}
