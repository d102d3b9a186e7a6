import type { Address } from '@solana/kit';

import { openWakeSocket } from './wake-socket.js';

/** Says when it is worth looking at the chain again. What is new there is never taken from it. */
export interface WakeSource {
  /** Resolves when something happened since the last call, or after `milliseconds`, or when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface WakeOptions {
  /** One server, or several: all of them are listened to, and the first that tells wakes. */
  readonly wsUrl: string | readonly string[];
  /** Transactions that name this address, or one of these, wake. */
  readonly mentions: Address | readonly Address[];
  /** `url` is the server's as it was given: show it without its keys. */
  readonly log?: (event: 'connected' | 'lost', reason: string | undefined, url: string) => void;
}

/** Wakes by `logsSubscribe` over websockets that are made again when lost; without one, by time alone. */
export function createWakeSource({ wsUrl, mentions, log }: WakeOptions): WakeSource {
  let awake = false;
  let resolveWait: (() => void) | undefined;

  const sockets = listOf(wsUrl).map((url) =>
    openWakeSocket({
      url,
      mentions: listOf(mentions),
      onWake() {
        awake = true;
        resolveWait?.();
      },
      onChange: (event, reason) => log?.(event, reason, url),
    }),
  );

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
      for (const socket of sockets) socket.close();
    },
  };
}

const listOf = <Item extends string>(items: Item | readonly Item[]): readonly Item[] =>
  typeof items === 'string' ? [items] : items;
