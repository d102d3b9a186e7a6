import { describe, expect, it } from 'vitest';

import { notificationOf } from '../src/store/notification.js';

describe('notificationOf', () => {
  it('names each address once, or says that there are many', () => {
    const changed = { jobs: ['a', 'b', 'a'], markets: ['m'], nodes: [] };
    expect(JSON.parse(notificationOf(7n, changed))).toEqual({
      slot: '7',
      jobs: ['a', 'b'],
      markets: ['m'],
      nodes: [],
    });
    const many = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(44, 'x'));
    expect(JSON.parse(notificationOf(7n, { ...changed, jobs: many }))).toEqual({ slot: '7', many: true });
  });
});
