import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { FlowState, flowSummary, type InferenceSpec, inferenceDefinition, Receipt } from '@inferscan/formats';
import { cidFromDigest } from '@inferscan/storage';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { startNetwork, type TestNetwork, type TestNode, until } from './support/network.js';
import { type NodeProcess, nodeArguments, runCommand } from './support/node-process.js';

const PRICE = 48n;

let network: TestNetwork;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  network = await startNetwork();
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  children.clear();
});
afterAll(() => network.close());

function run(argv: readonly string[]): NodeProcess {
  const started = runCommand(network, argv);
  children.add(started.child);
  return started;
}

const start = (node: TestNode, change: readonly string[] = []): NodeProcess =>
  run([...nodeArguments(network, node), ...change]);

const said = (node: NodeProcess, message: string) =>
  until(`the node to say "${message}"`, () => {
    if (node.child.exitCode !== null) throw new Error(`the node ended: ${node.errors.join('\n')}`);
    return node.lines.some((line) => line.msg === message);
  });

const definition = (inputs: number) =>
  inferenceDefinition({
    model: 'arithmetic',
    task: 'text-generation',
    inputs: Array.from({ length: inputs }, (_, index) => `${100 + (index % 900)}*57`),
    params: { reasoning: true },
  } as InferenceSpec);

/** Tells a node to leave, so that no dead node stays in the queue. */
async function leave(node: NodeProcess): Promise<void> {
  node.child.kill('SIGTERM');
  expect(await node.ended).toEqual({ code: 0, signal: null });
}

/** Waits for a job's result; then says how often it was handed in, and whether the money is where it belongs. */
async function settled(job: Parameters<TestNetwork['job']>[0], node: TestNode, earnedBefore: bigint) {
  const account = await until('the result', async () => {
    const found = await network.job(job);
    return found?.resultDigest ? found : null;
  });
  const flow = FlowState.parse(
    await network.content.fetchJson(cidFromDigest(account.resultDigest ?? new Uint8Array())),
  );
  const { start: from, end } = await network.jobTimes(job);
  expect(await network.balance('vault')).toBe(0n);
  expect((await network.balance(node.signer.address)) - earnedBefore).toBe(PRICE * (end - from));
  return flow;
}

describe('the command', () => {
  it('is killed in the middle of a run, starts again and finishes it once', async () => {
    const node = await network.createNode();
    const earned = await network.balance(node.signer.address);
    const first = start(node);
    await said(first, 'waiting in the queue');
    expect(first.lines.find((line) => line.msg === 'node started')).toMatchObject({ cluster: 'localnet' });
    const posted = await network.post(definition(40), 3600n);
    await said(first, 'running a job');
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    expect((await network.job(posted.job))?.resultDigest).toBeNull();

    const second = start(node);
    const flow = await settled(posted.job, node, earned);
    expect(flowSummary(flow)).toEqual({ state: 'success' });
    expect(flow.opStates?.[0]?.results?.outputs).toHaveLength(40);

    const receipt = Receipt.parse(JSON.parse([flow.opStates?.[0]?.results?.receipt ?? []].flat()[0] ?? ''));
    const report = await network.content.fetchJson(String(receipt.hardware.report));
    expect(report).toMatchObject({ schema: 'inferscan.node-report/1', node: node.signer.address });

    // Drains: leaves the queue and ends by itself.
    await said(second, 'waiting in the queue');
    await leave(second);
    const actions = await until('the node to have left', async () => {
      const found = await network.actions(node.signer.address);
      return found.includes('Stop') ? found : null;
    });
    expect(actions).toEqual(['Register', 'Work', 'Finish', 'Work', 'Stop']);
  });

  it('is killed at many moments, and still answers every job once', async () => {
    const node = await network.createNode();
    let current = start(node);
    await said(current, 'waiting in the queue');
    const before = await network.balance(node.signer.address);
    const jobs = [];
    for (let round = 0; round < 3; round++) jobs.push(await network.post(definition(3), 3600n));
    // Each time a little later in a job's life.
    for (const message of ['running a job', 'ran the job', 'handed in the result']) {
      await said(current, message);
      current.child.kill('SIGKILL');
      await current.ended;
      current = start(node);
    }
    let paid = 0n;
    for (const { job } of jobs) {
      await until('the result', async () => (await network.job(job))?.resultDigest);
      const { start: from, end } = await network.jobTimes(job);
      paid += PRICE * (end - from);
    }
    expect(await network.balance('vault')).toBe(0n);
    expect(await network.balance(node.signer.address)).toBe(before + paid);
    await said(current, 'waiting in the queue');
    const finishes = await until('all to be in the history', async () => {
      const actions = await network.actions(node.signer.address);
      return actions.at(-1) === 'Work' ? actions.filter((name) => name === 'Finish') : null;
    });
    expect(finishes).toHaveLength(3);
    await leave(current);
  });

  it('hands in what it had pinned when the poster ends the job while the node is dead', async () => {
    const node = await network.createNode();
    const first = start(node);
    await said(first, 'waiting in the queue');
    const posted = await network.post(definition(900), 3600n);
    await said(first, 'running a job');
    first.child.kill('SIGKILL');
    await first.ended;
    await network.end(posted.job, posted.run, node.signer.address);
    const second = start(node);
    const job = await until('the result', async () => {
      const found = await network.job(posted.job);
      return found?.resultDigest ? found : null;
    });
    const flow = await network.content.fetchJson(cidFromDigest(job.resultDigest ?? new Uint8Array()));
    expect(flowSummary(flow).state).toBe('stopped');
    await leave(second);
  });

  it('does not take an answer without accounts for a market that is not there', async () => {
    await network.control('setFaults', [{ seed: 1, methods: ['getMultipleAccounts'], emptyList: 1 }]);
    try {
      const node = start(await network.createNode());
      await said(node, 'the RPC does not answer; trying again until it does');
      await network.control('setFaults', [null]);
      await said(node, 'node started');
      await leave(node);
    } finally {
      await network.control('setFaults', [null]);
    }
  });

  it('says plainly what is wrong with how it was started', async () => {
    const help = run(['start', '--help']);
    const overview = run([]);
    const unknown = run(['mine']);
    const node = await network.createNode();
    const cases: [readonly string[], number, RegExp][] = [
      [['--keypair', '/nowhere.json'], 1, /keypair file \/nowhere\.json: there is no such file/],
      [['--rpc', 'nonsense'], 2, /--rpc must be a URL/],
    ];
    const nowhere = { ...network, market: node.signer.address };
    const unopened = run(nodeArguments(nowhere, node));
    expect((await unopened.ended).code).toBe(1);
    expect(unopened.errors.join('\n')).toMatch(/there is no market at/);
    const started = cases.map(([change]) => start(node, change));
    for (const [index, [change, code, message]] of cases.entries()) {
      expect((await started[index]?.ended)?.code, change.join(' ')).toBe(code);
      expect(started[index]?.errors.join('\n')).toMatch(message);
    }
    expect((await help.ended).code).toBe(0);
    expect(help.lines.map((line) => line.msg).join('\n')).toContain('--keypair FILE');
    expect((await overview.ended).code).toBe(0);
    expect(overview.lines.map((line) => line.msg).join('\n')).toContain('npm run worker -- [COMMAND]');
    expect((await unknown.ended).code).toBe(2);
    expect(unknown.errors.join('\n')).toContain('there is no command mine, but start, calibrate');
  });
});
