import { describe, expect, it } from 'vitest';
import { addr } from './support/addresses.js';
import { createChain } from './support/chain.js';
import { le, rawCall, text } from './support/raw-call.js';
import { replay } from './support/replay.js';

const machine = (gpus: bigint) => [
  3,
  ...le(528n, 2),
  ...le(8n, 2),
  ...le(gpus, 2),
  ...le(32n, 2),
  ...le(900n, 2),
  ...le(500n, 2),
];
const described = (gpus: bigint, ...texts: string[]) => [...machine(gpus), ...texts.flatMap(text)];
const register = rawCall(
  'nodes',
  'register',
  'account payer node systemProgram',
  described(1n, 'http://a', 'icon', '1.0'),
);
const update = rawCall('nodes', 'update', 'account node', described(4n, 'http://b', '', '2.0'));
const audit = (value: 0 | 1) => rawCall('nodes', 'audit', 'account auditor', [value]);

function seen(...calls: Parameters<ReturnType<typeof createChain>['tx']>[0]) {
  const chain = createChain();
  const replayed = replay(
    calls.map((call) => {
      chain.wait(10n);
      return chain.tx([call]);
    }),
  );
  return { ...replayed, record: replayed.nodeRegistrations.get(addr('account')) };
}

describe('what a node says of itself', () => {
  it('is what it registered, until it says something else', () => {
    const { record, events, anomalies } = seen(register);
    expect(record).toEqual({
      address: addr('account'),
      node: addr('node'),
      audited: false,
      architecture: 3,
      country: 528,
      cpu: 8,
      gpu: 1,
      memory: 32,
      iops: 900,
      storage: 500,
      endpoint: 'http://a',
      icon: 'icon',
      version: '1.0',
      registeredAt: events[0]?.blockTime,
      registeredPosition: events[0]?.position,
      updatedAt: events[0]?.blockTime,
      updatedPosition: events[0]?.position,
    });
    expect(anomalies).toEqual([]);
    const later = seen(register, update);
    expect(later.record).toMatchObject({
      gpu: 4,
      endpoint: 'http://b',
      icon: '',
      version: '2.0',
      registeredPosition: later.events[0]?.position,
      updatedPosition: later.events[1]?.position,
    });
  });

  it('stays audited when the node describes itself anew, until the auditor says otherwise', () => {
    expect(seen(register, audit(1), update).record).toMatchObject({
      audited: true,
      gpu: 4,
      node: addr('node'),
    });
    expect(seen(register, audit(1), audit(0)).record).toMatchObject({ audited: false });
  });

  it('had an account for an icon in the first days', () => {
    const first = rawCall(
      'nodes',
      'register',
      'account picture payer node systemProgram',
      described(1n, 'http://a', '1.0'),
    );
    expect(seen(first).record).toMatchObject({ icon: addr('picture'), endpoint: 'http://a', version: '1.0' });
  });

  it('is taken from the last description where the first is missing', () => {
    const { record, anomalies } = seen(update);
    expect(record).toMatchObject({ node: addr('node'), audited: null, gpu: 4, registeredPosition: null });
    expect(anomalies).toHaveLength(1);
    expect(seen(audit(1)).record).toBeUndefined();
    expect(seen(audit(1)).anomalies).toHaveLength(1);
  });

  it('goes on from a snapshot', () => {
    const chain = createChain();
    const history = [register, audit(1), update].map((call) => chain.tx([call]));
    const whole = replay(history);
    const half = replay(history.slice(0, 1));
    expect(replay(history.slice(1), structuredClone(half.snapshot)).snapshot).toEqual(whole.snapshot);
  });
});
