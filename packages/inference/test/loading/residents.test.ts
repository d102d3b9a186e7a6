import { describe, expect, it } from 'vitest';
import { createResidents } from '../../src/loading/residents.js';
import { failureOf } from '../tasks/support.js';

const MEBIBYTE = 1024 * 1024;

function residents(budgetBytes: number, available = Number.POSITIVE_INFINITY, used: string[] = []) {
  const released: string[] = [];
  const held = createResidents<{ name: string; release(): Promise<void> }>({
    budgetBytes,
    inUse: ({ name }) => used.includes(name),
    availableBytes: () => available,
  });
  const use = <R>(name: string, work: () => Promise<R>) => held.use(name, MEBIBYTE, load(name), work);
  const get = (name: string, sizeBytes = MEBIBYTE) =>
    held.use(name, sizeBytes, load(name), async (value, loadMs) => ({ value, loadMs }));
  function load(name: string) {
    return async () => ({ name, release: async () => void released.push(name) });
  }
  return { held, get, use, released };
}

describe('models in memory', () => {
  it('are loaded once and released in the order of their last use', async () => {
    // 18 MiB each by the rule: twice the weights, and 16 to work in.
    const { held, get, released } = residents(40 * MEBIBYTE);
    const [a, again] = [await get('a'), await get('a')];
    expect(again.value).toBe(a.value);
    expect(again.loadMs).toBe(0);
    await get('b');
    await get('a');
    await get('c');
    expect(released).toEqual(['b']);
    await held.release();
    expect(released).toEqual(['b', 'a', 'c']);
  });

  it('are refused where they do not fit alone, in the budget or in the machine', async () => {
    const { get, released } = residents(40 * MEBIBYTE);
    await get('a');
    expect(await failureOf(get('large', 13 * MEBIBYTE))).toMatch(
      /^out_of_memory large needs about 44040192 bytes/,
    );
    // What was there made room before that was known.
    expect(released).toEqual(['a']);
    expect(await failureOf(residents(40 * MEBIBYTE, 5).get('a'))).toMatch(/^out_of_memory .* 5 may be used$/);
  });

  it('stay while they are in use, and what then does not fit is refused', async () => {
    const used = ['a'];
    const { get, released } = residents(40 * MEBIBYTE, undefined, used);
    await get('a');
    await get('b');
    await get('c');
    expect(released).toEqual(['b']);
    used.push('c');
    expect(await failureOf(get('d'))).toMatch(
      /^out_of_memory d needs about 18874368 bytes, 4194304 may be used$/,
    );
    expect(released).toEqual(['b']);
  });

  it('stay while work has them, which may wait for others', async () => {
    const { get, use, released } = residents(20 * MEBIBYTE);
    await use('a', async () => {
      expect(await failureOf(get('b'))).toMatch(/^out_of_memory b /);
      expect(released).toEqual([]);
    });
    await get('b');
    expect(released).toEqual(['a']);
  });

  it('are loaded once for all that wait', async () => {
    const { get } = residents(40 * MEBIBYTE);
    const [a, same, b] = await Promise.all([get('a'), get('a'), get('b')]);
    expect(same.value).toBe(a.value);
    expect(b.value.name).toBe('b');
  });

  it('leave nothing behind when their loading fails', async () => {
    const { held, get, released } = residents(20 * MEBIBYTE);
    const unreadable = async () => {
      throw new Error('unreadable');
    };
    const failed = held.use('a', MEBIBYTE, unreadable, async () => undefined);
    await expect(failed).rejects.toThrow('unreadable');
    expect((await get('b')).value.name).toBe('b');
    expect(released).toEqual([]);
  });
});
