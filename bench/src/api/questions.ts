import type { Api } from '@inferscan/api';

import type { Subjects } from './subjects.js';

type Caller = ReturnType<Api['createCaller']>;

/** A page's question, by the procedure and what is special about it. */
export interface Question {
  readonly name: string;
  ask(caller: Caller): Promise<unknown>;
}

type Jobs = NonNullable<Parameters<Caller['jobs']['list']>[0]>;

const [HOUR, DAY] = [3_600, 86_400];

/** As the API writes it: the position after which a page goes on. */
const cursorAt = (position: string): string =>
  Buffer.from(JSON.stringify([position, ''])).toString('base64url');

/** Every filter of a list of jobs alone, and those that pages put together. */
function jobLists({ market, node, project, model, rareModel, middle }: Subjects): Record<string, Jobs> {
  const done: Jobs['status'] = ['finished', 'ended', 'done'];
  const back: Jobs['status'] = ['delisted', 'recovered', 'stopped'];
  const waiting: Jobs['status'] = ['queued', 'unqueued'];
  return {
    '': {},
    oldest: { sort: 'oldest' },
    deep: { cursor: cursorAt(middle) },
    waiting: { status: waiting },
    running: { status: 'running' },
    done: { status: done },
    'taken back': { status: back },
    unqueued: { status: 'unqueued' },
    failed: { result: 'failed' },
    'failed, oldest': { result: 'failed', sort: 'oldest' },
    unknown: { result: 'unknown' },
    market: { market },
    'market, waiting': { market, status: waiting },
    'market, running': { market, status: 'running' },
    'market, taken back': { market, status: back },
    'market, failed': { market, result: 'failed' },
    'market, unknown': { market, result: 'unknown' },
    'market, deep': { market, cursor: cursorAt(middle) },
    node: { node },
    'node, done': { node, status: done },
    'node, stopped': { node, status: 'stopped' },
    'node, failed': { node, result: 'failed' },
    project: { project },
    'project, failed': { project, result: 'failed' },
    'project, waiting': { project, status: waiting },
    'project, unqueued': { project, status: 'unqueued' },
    model: { model },
    'model, deep': { model, cursor: cursorAt(middle) },
    'model, failed': { model, result: 'failed' },
    'model, unknown': { model, result: 'unknown' },
    'model, market': { model, market },
    'rare model': { model: rareModel },
    'rare model, running': { model: rareModel, status: 'running' },
    'rare model, market': { model: rareModel, market },
    'no such model': { model: 'nobody/asks-for-this' },
    'market and node': { market, node },
    'market and project, failed': { market, project, result: 'failed' },
  };
}

/** Everything that pages ask the API, with every filter and order, about those who have most. */
export function questionsAbout(subjects: Subjects): Question[] {
  const { market, node, otherNode, project, job, result, signature, definition, model, now } = subjects;
  const questions: Question[] = [];
  const add = (name: string, ask: Question['ask']): void => void questions.push({ name, ask });
  const called = (procedure: string, what: string): string =>
    what === '' ? procedure : `${procedure} (${what})`;

  add('network.overview', (caller) => caller.network.overview());
  add('network.coverage', (caller) => caller.network.coverage());
  add('network.beginning', (caller) => caller.network.beginning());
  for (const [what, input] of Object.entries(jobLists(subjects))) {
    add(called('jobs.list', what), (caller) => caller.jobs.list(input));
  }
  add('jobs.byAddress', (caller) => caller.jobs.byAddress({ address: job }));
  for (const sort of ['earned', 'success', 'lastSeen'] as const) {
    add(called('nodes.list', sort), (caller) => caller.nodes.list({ sort }));
  }
  for (const state of ['running', 'queued', 'away'] as const) {
    add(called('nodes.list', state), (caller) => caller.nodes.list({ state }));
  }
  add('nodes.list (market)', (caller) => caller.nodes.list({ market }));
  add('nodes.byAddress', (caller) => caller.nodes.byAddress({ address: node }));
  add('nodes.byAddress (other)', (caller) => caller.nodes.byAddress({ address: otherNode }));
  add('markets.list', (caller) => caller.markets.list());
  add('markets.byAddress', (caller) => caller.markets.byAddress({ address: market }));
  add('console.markets', (caller) => caller.console.markets());
  add('hardware.list', (caller) => caller.hardware.list());
  add('transactions.bySignature', (caller) => caller.transactions.bySignature({ signature }));
  for (const [what, query] of Object.entries({
    job,
    node,
    market,
    project,
    definition,
    result,
    model,
    signature,
    'part of many models': 'model',
    nothing: 'no such thing',
  })) {
    add(called('search.resolve', what), (caller) => caller.search.resolve({ query }));
  }
  for (const [what, address] of Object.entries({ market, node, project })) {
    const scope = what as 'market' | 'node' | 'project';
    const span = { scope, address, from: now - 90 * DAY, to: now } as const;
    add(called('rollups.series', `${what}, 90 days`), (caller) =>
      caller.rollups.series({ ...span, granularity: 'day' }),
    );
  }
  const network = { scope: 'network', to: now } as const;
  add('rollups.series (45 days of hours)', (caller) =>
    caller.rollups.series({ ...network, granularity: 'hour', from: now - 1_090 * HOUR }),
  );
  add('rollups.totals (3 years)', (caller) =>
    caller.rollups.totals({ ...network, granularity: 'day', from: now - 1_090 * DAY }),
  );
  add('prices.at', (caller) => caller.prices.at({ at: now }));
  for (const [granularity, seconds] of Object.entries({ minute: 60, hour: HOUR, day: DAY })) {
    add(called('prices.series', `1,000 ${granularity}s`), (caller) =>
      caller.prices.series({
        granularity: granularity as 'minute' | 'hour' | 'day',
        from: now - 1_000 * seconds,
        to: now,
      }),
    );
  }
  return questions;
}
