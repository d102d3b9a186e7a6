import type { ChangeSet, JobRecord, ProtocolEvent } from '@inferscan/protocol';
import { describe, expect, it } from 'vitest';
import { changedAddresses, notificationOf } from '../src/store/notification.js';

describe('notificationOf', () => {
  it('names each address once, or says that there are many', () => {
    const changed = { jobs: ['a', 'b', 'a'], markets: ['m'], nodes: [] };
    expect(JSON.parse(notificationOf(7n, changed))).toEqual({
      slot: '7',
      jobs: ['a', 'b'],
      markets: ['m'],
      nodes: [],
    });
    const withNew = JSON.parse(notificationOf(7n, { ...changed, listed: ['b', 'b'] }));
    expect(withNew).toMatchObject({ jobs: ['a', 'b'], listed: ['b'] });
    const many = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(44, 'x'));
    expect(JSON.parse(notificationOf(7n, { ...changed, jobs: many }))).toEqual({ slot: '7', many: true });
  });
});

describe('changedAddresses', () => {
  it('tells jobs that a batch lists from those that it only changes', () => {
    const job = (name: string, listedPosition: string): Partial<JobRecord> => ({
      address: name as JobRecord['address'],
      market: 'm' as JobRecord['market'],
      listedPosition,
    });
    const event: Partial<ProtocolEvent> = { position: '000000000007.000000.000' };
    const changes = {
      events: [event],
      jobs: [job('old', '000000000006.000003.000'), job('new', '000000000007.000001.000')],
      runs: [],
      markets: [],
      nodes: [],
      ledger: [],
    } as unknown as ChangeSet;
    expect(changedAddresses(changes)).toMatchObject({ jobs: ['old', 'new'], listed: ['new'] });
  });
});
