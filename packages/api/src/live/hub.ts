import { createMailbox } from './mailbox.js';
import {
  type Change,
  everything,
  type LiveFilter,
  type LiveMessage,
  type LiveStatus,
  narrow,
} from './messages.js';

/** A message with an id that a reconnecting client names to get what it missed. */
export interface Numbered {
  id: string;
  message: LiveMessage;
}

/** Fans the indexer's notifications out to any number of clients of this process. */
export interface LiveHub {
  /** Messages from now on, or from `lastEventId` on where that is still known; ends when `signal` aborts. */
  subscribe(
    filter: LiveFilter,
    lastEventId: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<Numbered, void, void>;
  publish(message: LiveMessage): void;
  clients(): number;
  close(): void;
}

/** Unread messages a client may have before they are folded into one "read everything again". */
const CLIENT_QUEUE = 256;
/** Changes kept for clients that reconnect. */
const KEPT = 512;

/**
 * @param epoch differs between processes, so that ids of another one are not taken for ours
 * @param onDemand called when the first client comes and when the last one has gone
 */
export function createLiveHub(epoch: string, onDemand: (wanted: boolean) => void = () => undefined): LiveHub {
  let sequence = 0;
  let status: LiveStatus | null = null;
  const kept: { sequence: number; change: Change }[] = [];
  const clients = new Set<{ put(item: Numbered): void; close(): void; filter: LiveFilter }>();

  const idOf = (value: number) => `${epoch}-${value}`;

  function missed(lastEventId: string | null): Numbered[] {
    if (lastEventId === null) return [];
    const number = lastEventId.startsWith(`${epoch}-`) ? lastEventId.slice(epoch.length + 1) : '';
    const last = /^\d{1,15}$/.test(number) ? Number(number) : Number.NaN;
    if (last === sequence) return [];
    const oldest = kept[0]?.sequence ?? Number.POSITIVE_INFINITY;
    if (!Number.isInteger(last) || last > sequence || last + 1 < oldest) {
      return [{ id: idOf(sequence), message: everything(kept.at(-1)?.change.slot ?? '0') }];
    }
    return kept
      .filter((entry) => entry.sequence > last)
      .map((entry) => ({ id: idOf(entry.sequence), message: entry.change }));
  }

  return {
    async *subscribe(filter, lastEventId, signal) {
      const mailbox = createMailbox<Numbered>(CLIENT_QUEUE, (last) => ({
        id: last.id,
        message: everything(last.message.type === 'change' ? last.message.slot : '0'),
      }));
      const client = { put: mailbox.put, close: mailbox.close, filter };
      for (const item of missed(lastEventId)) {
        const message = item.message.type === 'change' ? narrow(item.message, filter) : item.message;
        if (message !== null) mailbox.put({ id: item.id, message });
      }
      if (status !== null) mailbox.put({ id: idOf(sequence), message: status });
      clients.add(client);
      if (clients.size === 1) onDemand(true);
      const leave = () => mailbox.close();
      signal.addEventListener('abort', leave, { once: true });
      try {
        if (signal.aborted) return;
        for (let item = await mailbox.take(); item !== undefined; item = await mailbox.take()) yield item;
      } finally {
        signal.removeEventListener('abort', leave);
        clients.delete(client);
        if (clients.size === 0) onDemand(false);
      }
    },
    publish(message) {
      if (message.type === 'status') {
        status = message;
        for (const client of clients) client.put({ id: idOf(sequence), message });
        return;
      }
      sequence += 1;
      kept.push({ sequence, change: message });
      if (kept.length > KEPT) kept.shift();
      for (const client of clients) {
        const narrowed = narrow(message, client.filter);
        if (narrowed !== null) client.put({ id: idOf(sequence), message: narrowed });
      }
    },
    clients: () => clients.size,
    close() {
      for (const client of clients) client.close();
    },
  };
}
