import type { Address } from '@solana/kit';

import { openWakeSocket } from './wake-socket.js';

/** Says when it is worth looking at the chain again. What is new there is never taken from it. */
export interface WakeSource {
  /**
   * Resolves when something happened since the last call, or after `milliseconds`, or when aborted.
   * @param seenSlot what is told of this slot and those before it was seen: a slot's transactions are told of one by one
   */
  wait(milliseconds: number, seenSlot: bigint, signal: AbortSignal): Promise<void>;
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
  /** The newest slot told of since somebody last waited; any: something was told that names none. */
  let told: bigint | 'any' = NOTHING;
  let onTold: (() => void) | undefined;

  const sockets = listOf(wsUrl).map((url) =>
    openWakeSocket({
      url,
      mentions: listOf(mentions),
      onWake(slot) {
        if (slot === null) told = 'any';
        else if (told !== 'any' && slot > told) told = slot;
        onTold?.();
      },
      onChange: (event, reason) => log?.(event, reason, url),
    }),
  );

  return {
    async wait(milliseconds, seenSlot, signal) {
      const isNew = (): boolean => told === 'any' || told > seenSlot;
      if (!isNew() && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            onTold = undefined;
            resolve();
          };
          const timer = setTimeout(done, milliseconds);
          signal.addEventListener('abort', done);
          onTold = () => {
            if (isNew()) done();
          };
        });
      }
      told = NOTHING;
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}

const NOTHING = -1n;

const listOf = <Item extends string>(items: Item | readonly Item[]): readonly Item[] =>
  typeof items === 'string' ? [items] : items;
