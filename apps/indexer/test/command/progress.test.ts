import { PassThrough } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { createPace, createProgress, duration } from '../../src/command/progress.js';

/** A stream that says it is a terminal or not, and what was written to it. */
function screen(isTTY: boolean, columns = 80) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String((stream as unknown as PassThrough).read() ?? '') };
}

describe('progress', () => {
  it('is a bar in a terminal, drawn again in place, with what is left by the pace so far', () => {
    let now = 0;
    const terminal = screen(true, 100);
    const lines = screen(false);
    const view = createProgress({
      label: 'work',
      terminal: terminal.stream,
      lines: lines.stream,
      now: () => now,
    });
    view.update({ done: 0, of: 100, text: 'begun' });
    now = 10_000;
    view.update({ done: 25, of: 100, text: '25 things' });
    const [, , last] = terminal.text().split('\r');
    expect(last).toBe('work [######------------------] 25.0 %  25 things  30 s left\u001b[K');
    view.end('done');
    expect(terminal.text()).toBe('\r\u001b[K');
    expect(lines.text()).toBe('work: done\n');
  });

  it('never wraps in a narrow terminal', () => {
    const terminal = screen(true, 20);
    const view = createProgress({ label: 'work', terminal: terminal.stream, lines: screen(false).stream });
    view.update({ done: 1, of: 2, text: 'with a text that is longer than the line' });
    expect(terminal.text().replace('\r', '').replace('\u001b[K', '')).toHaveLength(19);
  });

  it('is a plain line every few seconds elsewhere', () => {
    let now = 0;
    const lines = screen(false);
    const view = createProgress({
      label: 'work',
      terminal: screen(false).stream,
      lines: lines.stream,
      now: () => now,
    });
    for (; now <= 6_000; now += 500) view.update({ done: now, of: null, text: `${now} things` });
    view.end('done');
    expect(lines.text()).toBe('work: 0 things\nwork: 5000 things\nwork: done\n');
  });

  it('knows the pace of the last while, not of all time', () => {
    const pace = createPace(10_000);
    expect(pace.perSecond()).toBe(null);
    for (let second = 0; second <= 100; second++)
      pace.add(second * 1_000, second < 50 ? 0 : (second - 50) * 7);
    expect(pace.perSecond()).toBeCloseTo(7, 5);
  });

  it('says durations as people do', () => {
    expect([0.2, 75, 3_600, 3_725].map(duration)).toEqual(['0 s', '1 m 15 s', '1 h 0 m', '1 h 2 m']);
  });
});
