import type { JobDefinition, JobOperation } from '@inferscan/formats';
import { describe, expect, it } from 'vitest';

import { type Progress, type RunOperation, runGroup } from '../../src/execution/group.js';
import { planOperations } from '../../src/execution/plan.js';
import { ExecutionStopped, stopCause } from '../../src/execution/stop.js';
import type { OperationOutcome } from '../../src/result/flow.js';

type Execution = { depends_on?: string[]; stop_if_dependent_stops?: boolean };

function groupOf(ops: Record<string, Execution>) {
  const plan = planOperations({
    version: '0.1',
    type: 'container',
    ops: Object.entries(ops).map(([id, execution]) => ({
      type: 'container/run',
      id,
      args: { image: 'x' },
      execution: { group: 'g', ...execution },
    })),
  } as unknown as JobDefinition);
  const [group] = plan.ok ? plan.groups : [];
  if (!group) throw new Error('no group');
  return group;
}

/** Lets a test say when each op makes progress. */
function puppets() {
  const running = new Map<string, Progress & { end(): void; signal: AbortSignal }>();
  const outcomeOf = (op: JobOperation, status: 'success' | 'stopped'): OperationOutcome => {
    return { op, status, startTime: 1, endTime: 2, exitCode: 0, logs: [] };
  };
  const run: RunOperation = ({ op }, progress, signal) =>
    new Promise((resolve) => {
      const end = () => resolve(outcomeOf(op, signal.aborted ? 'stopped' : 'success'));
      signal.addEventListener('abort', end);
      running.set(op.id, { ...progress, end, signal });
    });
  const puppet = (id: string) => {
    const found = running.get(id);
    if (!found) throw new Error(`${id} does not run; ${[...running.keys()]} do`);
    return found;
  };
  return { run, puppet, names: () => [...running.keys()].sort() };
}

/** All that can happen now has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const statuses = (outcomes: readonly OperationOutcome[]) =>
  Object.fromEntries(outcomes.map(({ op, status }) => [op.id, status]));
const never = new AbortController().signal;

describe('a group', () => {
  it('runs side by side what waits for nothing, and the rest when that is ready', async () => {
    const { run, puppet, names } = puppets();
    const done = runGroup(groupOf({ c: { depends_on: ['a', 'b'] }, a: {}, b: {} }), run, never);
    await settled();
    expect(names()).toEqual(['a', 'b']);
    puppet('a').ready();
    puppet('b').begun();
    await settled();
    expect(names()).toEqual(['a', 'b']);
    puppet('b').ready();
    await settled();
    expect(names()).toEqual(['a', 'b', 'c']);
    for (const id of names()) puppet(id).end();
    expect((await done).map(({ op }) => op.id)).toEqual(['c', 'a', 'b']);
  });

  it('does not begin what waits for something that will never be, and says for what', async () => {
    const { run, puppet } = puppets();
    const done = runGroup(groupOf({ a: {}, b: { depends_on: ['a'] }, c: { depends_on: ['b'] } }), run, never);
    await settled();
    puppet('a').begun();
    puppet('a').end();
    const outcomes = await done;
    expect(statuses(outcomes)).toEqual({ a: 'success', b: 'init', c: 'init' });
    expect(outcomes[1]?.logs).toMatchObject([
      { type: 'nodeerr', log: 'not begun: it waits for the operation a, which never was ready\n' },
    ]);
  });

  it('ends what serves others with the last of them', async () => {
    const { run, puppet, names } = puppets();
    const server = { depends_on: ['a', 'b'], stop_if_dependent_stops: true };
    const done = runGroup(groupOf({ a: {}, b: {}, server }), run, never);
    await settled();
    expect(names()).toEqual(['server']);
    puppet('server').begun();
    await settled();
    expect(names()).toEqual(['a', 'b', 'server']);
    puppet('a').end();
    await settled();
    expect(puppet('server').signal.aborted).toBe(false);
    puppet('b').end();
    expect(statuses(await done)).toEqual({ a: 'success', b: 'success', server: 'stopped' });
    expect(stopCause(puppet('server').signal)).toBe('served');
  });

  it('stops with the job', async () => {
    const { run, puppet } = puppets();
    const stop = new AbortController();
    const done = runGroup(groupOf({ a: {}, b: { depends_on: ['a'] } }), run, stop.signal);
    await settled();
    stop.abort(new ExecutionStopped('expired'));
    expect(statuses(await done)).toEqual({ a: 'stopped', b: 'init' });
    expect(stopCause(puppet('a').signal)).toBe('expired');
  });
});
