import type { Address } from '@solana/kit';
import { WebSocket } from 'ws';
import { z } from 'zod';

import { backoffMs } from './backoff.js';

export interface WakeSocketOptions {
  readonly url: string;
  /** Transactions that name one of these addresses are told of. */
  readonly mentions: readonly Address[];
  /** `slot` is the one that a notification names; null where something else happened. */
  readonly onWake: (slot: bigint | null) => void;
  readonly onChange: (event: 'connected' | 'lost', reason?: string) => void;
}

/** A connection that carries nothing for this long is taken for dead. */
const PING_MS = 15_000;
const MAX_BYTES = 4 * 1024 * 1024;

const Notification = z.object({
  params: z.object({ result: z.object({ context: z.object({ slot: z.int().nonnegative() }) }) }),
});

/** The slot that a notification is of; null for whatever else a server says. */
function slotIn(message: string): bigint | null {
  try {
    return BigInt(Notification.parse(JSON.parse(message)).params.result.context.slot);
  } catch {
    return null;
  }
}

/** Keeps `logsSubscribe` alive on one server: a connection that is lost is made again. */
export function openWakeSocket(options: WakeSocketOptions): { close(): void } {
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;

  const connect = (): void => {
    const current = new WebSocket(options.url, { handshakeTimeout: 10_000, maxPayload: MAX_BYTES });
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
      options.onChange('connected');
      options.mentions.forEach((address, id) => {
        const params = [{ mentions: [address] }, { commitment: 'confirmed' }];
        current.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'logsSubscribe', params }));
      });
      // Whatever happened before the subscription.
      options.onWake(null);
    });
    current.on('pong', () => {
      alive = true;
    });
    current.on('message', (data) => {
      alive = true;
      options.onWake(slotIn(String(data)));
    });
    current.on('error', () => {});
    current.on('close', (code) => {
      clearInterval(ping);
      if (closed) return;
      if (failures++ === 0) options.onChange('lost', `code ${code}`);
      retry = setTimeout(connect, backoffMs(failures, { firstMs: 200, maxMs: 10_000 }));
      retry.unref();
    });
  };
  connect();

  return {
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}
