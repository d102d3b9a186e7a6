import { afterEach, describe, expect, it } from 'vitest';
import { createLiveHub, type Numbered } from '../src/live/hub.js';
import { createMailbox } from '../src/live/mailbox.js';
import { type Change, narrow, parseNotification } from '../src/live/messages.js';
import { addressOf, createWorld, type World } from './world.js';

const change = (slot: number, jobs: string[]): Change => ({
  type: 'change',
  slot: String(slot),
  many: false,
  figures: false,
  jobs,
  markets: [],
  nodes: [],
  listed: [],
});

async function take(messages: AsyncGenerator<Numbered>, count: number): Promise<Numbered[]> {
  const taken: Numbered[] = [];
  while (taken.length < count) {
    const next = await messages.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe('live hub', () => {
  it('gives each client what it asked for', async () => {
    const hub = createLiveHub('e');
    const stop = new AbortController();
    const filtered = hub.subscribe({ jobs: ['a'] }, null, stop.signal);
    const all = hub.subscribe({}, null, stop.signal);
    const pending = Promise.all([take(filtered, 1), take(all, 2)]);
    hub.publish(change(1, ['b']));
    hub.publish(change(2, ['a', 'c']));
    const [some, everything] = await pending;
    expect(some.map((item) => item.message)).toEqual([change(2, ['a'])]);
    expect(everything).toHaveLength(2);
    stop.abort();
    expect((await all.next()).done).toBe(true);
    expect((await filtered.next()).done).toBe(true);
    expect(hub.clients()).toBe(0);
  });

  it('replays what a reconnecting client missed, or tells it to read everything', async () => {
    const hub = createLiveHub('e');
    const stop = new AbortController();
    for (let slot = 1; slot <= 3; slot += 1) hub.publish(change(slot, ['a']));
    const resumed = await take(hub.subscribe({}, 'e-1', stop.signal), 2);
    expect(resumed.map((item) => [item.id, item.message])).toEqual([
      ['e-2', change(2, ['a'])],
      ['e-3', change(3, ['a'])],
    ]);
    for (const unknown of ['other-1', 'e-99', 'e-x', 'e-']) {
      const [first] = await take(hub.subscribe({ jobs: ['z'] }, unknown, stop.signal), 1);
      expect(first).toMatchObject({ id: 'e-3', message: { many: true } });
    }
    for (let slot = 4; slot <= 700; slot += 1) hub.publish(change(slot, ['a']));
    const [late] = await take(hub.subscribe({}, 'e-2', stop.signal), 1);
    expect(late).toMatchObject({ id: 'e-700', message: { many: true } });
    stop.abort();
  });

  it('folds the unread messages of a slow client into one', async () => {
    const hub = createLiveHub('e');
    const stop = new AbortController();
    const slow = hub.subscribe({}, null, stop.signal);
    const first = slow.next();
    for (let slot = 1; slot <= 2_000; slot += 1) hub.publish(change(slot, ['a']));
    let { value } = await first;
    let read = 1;
    let many = value?.message.type === 'change' && value.message.many;
    let last = value?.id;
    while (last !== 'e-2000') {
      ({ value } = await slow.next());
      if (!value) break;
      read += 1;
      last = value.id;
      many ||= value.message.type === 'change' && value.message.many;
    }
    expect(many).toBe(true);
    expect(read).toBeLessThanOrEqual(257);
    stop.abort();
  });

  it('delivers in order and ends when closed', async () => {
    const box = createMailbox<number>(3, () => -1);
    box.put(1);
    box.put(2);
    expect([await box.take(), await box.take()]).toEqual([1, 2]);
    const waiting = box.take();
    box.close();
    expect(await waiting).toBeUndefined();
    box.put(3);
    expect(await box.take()).toBeUndefined();
  });

  it('ignores payloads that are not the indexer’s', () => {
    expect(parseNotification('{')).toBeNull();
    expect(parseNotification('{"slot":"x"}')).toBeNull();
    expect(parseNotification('{"slot":"7","many":true}')).toEqual({ ...change(7, []), many: true });
    const all = { ...change(1, []), many: true };
    expect(narrow(all, { jobs: ['a'] })).toBe(all);
  });

  it('tell new jobs apart, to those who asked for them', () => {
    const told = parseNotification('{"slot":"7","jobs":["a","b"],"listed":["b"]}');
    expect(told).toEqual({ ...change(7, ['a', 'b']), listed: ['b'] });
    if (told === null) throw new Error('it was not read');
    expect(narrow(told, { jobs: ['b'] })).toEqual({ ...change(7, ['b']), listed: ['b'] });
    expect(narrow(told, { jobs: ['a'] })).toEqual(change(7, ['a']));
  });
});

describe('live changes over HTTP', () => {
  let world: World;
  afterEach(() => world.close());

  it('streams the database’s notifications and the lag as server-sent events', async () => {
    world = await createWorld();
    await world.heartbeat({ head: 110n, indexed: 108n });
    const stop = new AbortController();
    const response = await world.api.handle(
      new Request('http://localhost/api/trpc/live.changes?input=%7B%22json%22%3A%7B%7D%7D', {
        headers: { accept: 'text/event-stream' },
        signal: stop.signal,
      }),
    );
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.getReader();
    if (!reader) throw new Error('no body');
    const decoder = new TextDecoder();
    let text = '';
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended before ${wanted}: ${text}`);
        text += decoder.decode(value);
      }
    };
    await until('"lagSlots":2');
    await world.database.notify('inferscan', JSON.stringify({ slot: '109', jobs: [addressOf('job')] }));
    await until(addressOf('job'));
    // The id that a client names when it comes back.
    await until('-1\n');
    expect(text).toMatch(/id: [0-9a-f]{8}-1\n/);
    stop.abort();
    await reader.cancel();
  });
});
