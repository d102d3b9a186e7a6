import type { Address } from '@solana/kit';
import { WebSocket } from 'ws';

import { backoffMs } from './backoff.js';

/** Says when it is worth looking at the chain again. What is new there is never taken from it. */
export interface WakeSource {
  /** Resolves when something happened since the last call, or after `milliseconds`, or when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface WakeOptions {
  readonly wsUrl: string;
  /** Transactions that name this address wake. */
  readonly mentions: Address;
  readonly log?: (event: 'connected' | 'lost', reason?: string) => void;
}

/** A connection that carries nothing for this long is taken for dead. */
const PING_MS = 15_000;

/** Wakes by `logsSubscribe` over a websocket that is made again when lost; without one, by time alone. */
export function createWakeSource(options: WakeOptions): WakeSource {
  let awake = false;
  let resolveWait: (() => void) | undefined;
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;

  const wake = (): void => {
    awake = true;
    resolveWait?.();
  };

  const connect = (): void => {
    const current = new WebSocket(options.wsUrl, { handshakeTimeout: 10_000, maxPayload: 4 * 1024 * 1024 });
    socket = current;
    let alive = true;
    const ping = setInterval(() => {
      if (!alive) current.terminate();
      alive = false;
      if (current.readyState === WebSocket.OPEN) current.ping();
    }, PING_MS);
    ping.unref();
    current.on('open', () => {
      failures = 0;
      options.log?.('connected');
      const params = [{ mentions: [options.mentions] }, { commitment: 'confirmed' }];
      current.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'logsSubscribe', params }));
      // Whatever happened before the subscription.
      wake();
    });
    current.on('pong', () => {
      alive = true;
    });
    current.on('message', () => {
      alive = true;
      wake();
    });
    current.on('error', () => {});
    current.on('close', (code) => {
      clearInterval(ping);
      if (closed) return;
      if (failures++ === 0) options.log?.('lost', `code ${code}`);
      retry = setTimeout(connect, backoffMs(failures, { firstMs: 200, maxMs: 10_000 }));
      retry.unref();
    });
  };
  connect();

  return {
    async wait(milliseconds, signal) {
      if (!awake && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolveWait = undefined;
            resolve();
          };
          const timer = setTimeout(done, milliseconds);
          signal.addEventListener('abort', done);
          resolveWait = done;
        });
      }
      awake = false;
    },
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}
