import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { WebSocket } from 'ws';

import type { ExposedPort, HealthCheck } from './exposed-ports.js';

export interface HealthTimes {
  /** Between attempts until a check has passed. */
  readonly untilPassedMs: number;
  /** Between those of a continuous check afterwards. */
  readonly afterwardsMs: number;
  /** After this time an attempt has failed. */
  readonly attemptMs: number;
}

/** As hosts of the network have it. */
const HEALTH_TIMES: HealthTimes = { untilPassedMs: 5_000, afterwardsMs: 30_000, attemptMs: 5_000 };

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Told when a port begins or ceases to pass one of its checks. */
export type OnHealth = (port: number, state: 'ONLINE' | 'OFFLINE') => void;

/**
 * Checks the ports of a container until the signal aborts.
 * @param whenHealthy told once, when every check has passed once; never where there is none
 */
export function watchHealth(
  ports: readonly ExposedPort[],
  addressOf: (port: number) => Address | undefined,
  whenHealthy: () => void,
  onHealth: OnHealth,
  signal: AbortSignal,
  times: HealthTimes = HEALTH_TIMES,
): void {
  const checks = ports.flatMap(({ port, checks }) => checks.map((check) => ({ port, check })));
  if (checks.length === 0) return;
  let open = checks.length;

  async function watch(port: number, check: HealthCheck): Promise<void> {
    const address = addressOf(port);
    if (address === undefined) return;
    let isOnline = false;
    let hasPassed = false;
    for (;;) {
      const passes = await attempt(
        address,
        check,
        AbortSignal.any([signal, AbortSignal.timeout(times.attemptMs)]),
      );
      if (signal.aborted) return;
      if (passes !== isOnline) onHealth(port, passes ? 'ONLINE' : 'OFFLINE');
      isOnline = passes;
      if (passes && !hasPassed) {
        hasPassed = true;
        open -= 1;
        if (open === 0) whenHealthy();
      }
      if (hasPassed && !check.continuous) return;
      await sleep(hasPassed ? times.afterwardsMs : times.untilPassedMs, undefined, { signal });
    }
  }
  // What ends a sleep is the end of watching.
  for (const { port, check } of checks) void watch(port, check).catch(() => undefined);
}

async function attempt(address: Address, check: HealthCheck, signal: AbortSignal): Promise<boolean> {
  try {
    return await (check.type === 'http'
      ? attemptHttp(address, check, signal)
      : attemptSocket(address, check, signal));
  } catch {
    return false;
  }
}

/** By hand, so that a path cannot lead to another machine, nor an answer. */
function attemptHttp(
  { host, port }: Address,
  { path, method, headers, body, expected_status }: Extract<HealthCheck, { type: 'http' }>,
  signal: AbortSignal,
): Promise<boolean> {
  const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host,
        port,
        path: path.startsWith('/') ? path : `/${path}`,
        method,
        headers: {
          ...(content !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
          ...headers,
        },
        agent: false,
        signal,
      },
      (answer) => {
        resolve(answer.statusCode === expected_status);
        answer.destroy();
      },
    );
    asked.once('error', reject);
    asked.end(content);
  });
}

function attemptSocket(
  { host, port }: Address,
  { expected_response }: Extract<HealthCheck, { type: 'websocket' }>,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${host}:${port}/`, { maxPayload: 65_536, followRedirects: false });
    const end = () => socket.terminate();
    signal.addEventListener('abort', end, { once: true });
    socket.once('message', (data) => {
      resolve(String(data) === expected_response);
      end();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', end);
      resolve(false);
    });
    if (signal.aborted) end();
  });
}
