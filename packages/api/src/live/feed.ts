import { lagOf, readHeartbeat } from '../network/indexer-status.js';
import type { ReadIndex } from '../read/index-reader.js';
import { createLiveHub, type LiveHub } from './hub.js';
import { everything, type LiveStatus, NOTIFY_CHANNEL, parseNotification } from './messages.js';

/**
 * LISTEN on a Postgres channel, through lost connections; the answer stops listening.
 * `Database` of @inferscan/db has it.
 */
export type Listen = (
  channel: string,
  onPayload: (payload: string) => void,
  options?: { onReconnect?: () => void },
) => Promise<() => Promise<void>>;

/** A hub that is fed by the database: notifications as they come, and the indexer's lag every few seconds. */
export interface LiveFeed {
  hub: LiveHub;
  close(): Promise<void>;
}

const STATUS_INTERVAL_MS = 2_000;

/** Listens only while somebody watches; a failed LISTEN is tried again with every status. */
export function createLiveFeed(deps: {
  listen: Listen;
  read: ReadIndex;
  now: () => number;
  epoch: string;
  onError: (error: unknown) => void;
}): LiveFeed {
  let stopListening: Promise<() => Promise<void>> | null = null;
  let timer: NodeJS.Timeout | null = null;

  const hub = createLiveHub(deps.epoch, (wanted) => {
    if (wanted && timer === null) {
      timer = setInterval(tick, STATUS_INTERVAL_MS);
      timer.unref();
      tick();
    } else if (!wanted && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  });

  // The first status follows the LISTEN: who reads what it shows after that status misses nothing.
  function tick(): void {
    listening()
      .then(readStatus)
      .then(hub.publish, (error: unknown) => {
        deps.onError(error);
        hub.publish(UNKNOWN);
      });
  }

  function listening(): Promise<unknown> {
    stopListening ??= deps
      .listen(
        NOTIFY_CHANNEL,
        (payload) => {
          const change = parseNotification(payload);
          if (change !== null) hub.publish(change);
        },
        // What was announced while the connection was lost is gone: everybody reads again.
        { onReconnect: () => hub.publish(everything('0')) },
      )
      .catch((error: unknown) => {
        stopListening = null;
        throw error;
      });
    return stopListening;
  }

  async function readStatus(): Promise<LiveStatus> {
    const heartbeat = await deps.read(readHeartbeat);
    if (heartbeat === null) return UNKNOWN;
    const lag = lagOf(heartbeat);
    return {
      type: 'status',
      lagSlots: lag.slots,
      lagSeconds: lag.seconds,
      headSlot: heartbeat.headSlot.toString(),
      heartbeatAgeSeconds: Math.max(0, (deps.now() - heartbeat.heartbeatAt) / 1_000),
      phase: heartbeat.phase,
    };
  }

  return {
    hub,
    async close() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      hub.close();
      const stop = await stopListening?.catch(() => null);
      await stop?.();
    },
  };
}

const UNKNOWN: LiveStatus = {
  type: 'status',
  lagSlots: null,
  lagSeconds: null,
  headSlot: null,
  heartbeatAgeSeconds: null,
  phase: null,
};
