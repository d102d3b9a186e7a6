import { expect, test } from 'vitest';
import { createReport, type Figure } from '../src/report.js';

const print = (figure: Figure): Record<string, unknown> => {
  const lines: string[] = [];
  createReport('localnet', (line) => lines.push(line))(figure);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
};

test('a figure is one line with the machine that it was measured on', () => {
  const { machine, ...figure } = print({ figure: 'start_ms', value: 812, unit: 'ms', runs: 5 });
  expect(figure).toEqual({ bench: 'localnet', figure: 'start_ms', value: 812, unit: 'ms', runs: 5 });
  expect(machine).toMatchObject({ cores: expect.any(Number), node: process.version });
});

test('a comparison has the peer and the ratio to it in three digits', () => {
  const printed = print({
    figure: 'send_tx_per_s',
    value: 2_000,
    unit: '1/s',
    runs: 5,
    against: { name: 'LiteSVM called directly', value: 17_129 },
  });
  expect(printed).toMatchObject({
    against: { name: 'LiteSVM called directly', value: 17_129 },
    ratio: 0.117,
  });
});

test('a peer of nothing is an error', () => {
  expect(() =>
    print({ figure: 'a', value: 1, unit: 'ms', runs: 1, against: { name: 'b', value: 0 } }),
  ).toThrow(RangeError);
});
