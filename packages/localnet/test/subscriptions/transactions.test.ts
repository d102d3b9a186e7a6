import { describe, expect, it } from 'vitest';
import { newAddress, setSubscriptionScene, signatureOf } from './scene.js';

const COMMITMENTS = ['processed', 'confirmed', 'finalized'];
const FAILURE = { InstructionError: [0, { Custom: 1 }] };

interface LogsTold {
  readonly context: { readonly slot: number };
  readonly value: { readonly signature: string; readonly err: unknown; readonly logs: readonly string[] };
}

describe('log subscriptions', () => {
  const scene = setSubscriptionScene();

  it('tell of all transactions, in order, also of those that failed', async () => {
    const { socket, payer, pay } = scene;
    const all = await socket.subscribe('logsSubscribe', ['all', { commitment: 'confirmed' }]);
    const votes = await socket.subscribe('logsSubscribe', ['allWithVotes', { commitment: 'confirmed' }]);
    const sent = [
      await payer.send([pay(payer.key.address, 1n)]),
      await payer.send([pay(await newAddress(), 10n ** 15n)], { skipPreflight: true }),
      await payer.send([pay(payer.key.address, 2n)]),
    ];
    const told = (await socket.wait(all, 3)) as LogsTold[];
    expect(told.map(({ value }) => value.signature)).toEqual(sent);
    expect(told.map(({ value }) => value.err)).toEqual([null, FAILURE, null]);
    expect(told[1]?.value.logs.at(-1)).toContain('failed: custom program error: 0x1');
    expect(await socket.wait(votes, 3)).toEqual(told);
  });

  it('tell of those that mention an address, at each commitment', async () => {
    const { socket, payer, pay } = scene;
    const to = await newAddress();
    const ids: number[] = [];
    for (const commitment of COMMITMENTS) {
      ids.push(await socket.subscribe('logsSubscribe', [{ mentions: [to] }, { commitment }]));
    }
    await payer.send([pay(payer.key.address, 3n)]);
    const signature = await payer.send([pay(to, 1_000_000n)]);
    const told: LogsTold[] = [];
    for (const id of ids) told.push(...((await socket.wait(id)) as LogsTold[]));
    expect(told.map(({ value }) => value.signature)).toEqual([signature, signature, signature]);
    expect(new Set(told.map(({ context }) => context.slot)).size).toBe(1);
  });

  it('watch exactly one address', async () => {
    const { socket } = scene;
    const to = await newAddress();
    for (const mentions of [[to, to], [], ['nonsense']]) {
      expect((await socket.call('logsSubscribe', [{ mentions }])).error?.code).toBe(-32602);
    }
  });
});

describe('signature subscriptions', () => {
  const scene = setSubscriptionScene();

  it('tell that a transaction was received, then once what came of it, and end', async () => {
    const { socket, payer, pay } = scene;
    const good = await payer.sign([pay(payer.key.address, 1n)]);
    const bad = await payer.sign([pay(await newAddress(), 10n ** 15n)]);
    for (const [wire, err] of [
      [good, null],
      [bad, FAILURE],
    ] as const) {
      const signature = signatureOf(wire);
      const config = { commitment: 'confirmed', enableReceivedNotification: true };
      const id = await socket.subscribe('signatureSubscribe', [signature, config]);
      await payer.submit(wire, { skipPreflight: true });
      expect(await socket.wait(id, 2)).toMatchObject([{ value: 'receivedSignature' }, { value: { err } }]);
      const again = await socket.call('signatureUnsubscribe', [id]);
      expect(again.error?.message).toBe('Invalid subscription id.');
    }
  });

  it('wait for the commitment asked for, finalized without one', async () => {
    const { socket, payer, pay, test } = scene;
    const wire = await payer.sign([pay(payer.key.address, 5n)]);
    const signature = signatureOf(wire);
    const levels = [...COMMITMENTS, undefined];
    const ids: number[] = [];
    for (const commitment of levels) {
      ids.push(
        await socket.subscribe('signatureSubscribe', [
          signature,
          commitment === undefined ? {} : { commitment },
        ]),
      );
    }
    await payer.submit(wire, { skipPreflight: true });
    for (const [index, id] of ids.entries()) {
      expect(await socket.wait(id)).toMatchObject([{ value: { err: null } }]);
      const { result } = await test.rpc('getSignatureStatuses', [[signature]]);
      const [status] = (result as { value: { confirmationStatus: string }[] }).value;
      const reached = COMMITMENTS.indexOf(status?.confirmationStatus ?? '');
      expect(reached).toBeGreaterThanOrEqual(COMMITMENTS.indexOf(levels[index] ?? 'finalized'));
    }
  });

  it('tell of what had happened before, too', async () => {
    const { socket, payer, pay } = scene;
    const signature = await payer.send([pay(payer.key.address, 2n)]);
    const late = await socket.subscribe('signatureSubscribe', [signature, { commitment: 'confirmed' }]);
    expect(await socket.wait(late)).toMatchObject([{ value: { err: null } }]);
  });
});
