import type { ChildProcess } from 'node:child_process';

import { FlowState, flowSummary } from '@inferscan/formats';
import { cidFromDigest } from '@inferscan/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { NODE_LABEL } from '../../src/containers/belongings.js';
import { startNetwork, type TestNetwork, type TestNode, until } from '../support/network.js';
import { type NodeProcess, nodeArguments, runCommand } from '../support/node-process.js';
import { IMAGE, type RealEngine, startEngine } from './real-engine.js';
import { definitionOf } from './run-job.js';

let network: TestNetwork;
let real: RealEngine;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  real = await startEngine();
  network = await startNetwork();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await network?.close();
  await real?.stop();
});

function start(node: TestNode): NodeProcess {
  const settings = [
    '--docker',
    real.engine.socket,
    '--container-image',
    IMAGE,
    '--container-memory',
    '0.125',
  ];
  const started = runCommand(network, [...nodeArguments(network, node), ...settings]);
  children.add(started.child);
  return started;
}

const said = (node: NodeProcess, message: string) =>
  until(`the node to say "${message}"`, () => {
    if (node.child.exitCode !== null) throw new Error(`the node ended: ${node.errors.join('\n')}`);
    return node.lines.some((line) => line.msg === message);
  });

async function containersOf({ signer }: TestNode): Promise<string[]> {
  const filters = { label: [`${NODE_LABEL}=${signer.address}`] };
  return (await real.engine.docker.listContainers({ filters })).map(({ Id }) => Id);
}

it('a node that is killed while a container runs removes it when it starts again, and does the job', async () => {
  const node = await network.createNode();
  const first = start(node);
  await said(first, 'waiting in the queue');
  expect(first.lines.some(({ msg }) => msg === 'containers of jobs are run')).toBe(true);
  const ops = [
    { id: 'makes', type: 'container/create-volume', args: { name: 'v' } },
    {
      id: 'counts',
      args: {
        image: IMAGE,
        cmd: 'for i in $(seq 30); do echo i=$i of $NOSANA_ID; sleep 0.1; done',
        volumes: [{ name: 'v', dest: '/v' }],
      },
      results: { last: '^i=30 of .*' },
    },
    { id: 'strange', args: { image: 'another/image' } },
  ];
  const { job } = await network.post(definitionOf(ops), 3600n);
  const [left] = await until('the container to run', async () => {
    const found = await containersOf(node);
    return found.length > 0 && found;
  });
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await containersOf(node)).toEqual([left]);

  const second = start(node);
  const account = await until('the result', async () => {
    const found = await network.job(job);
    return found?.resultDigest ? found : null;
  });
  const cid = cidFromDigest(account.resultDigest ?? new Uint8Array());
  const flow = FlowState.parse(await network.content.fetchJson(cid));
  expect(flow.opStates).toMatchObject([
    { status: 'success' },
    { status: 'success', exitCode: 0, results: { last: [`i=30 of ${job}`] } },
    { status: 'failed', errors: [{ event: 'unsupported-operation' }] },
  ]);
  expect(flow.opStates?.[1]?.providerId).not.toBe(left);
  expect(flowSummary(flow).reason).toContain(
    'this node does not run the image docker.io/another/image:latest',
  );
  expect(await containersOf(node)).toEqual([]);
  second.child.kill('SIGTERM');
  expect(await second.ended).toEqual({ code: 0, signal: null });
});
