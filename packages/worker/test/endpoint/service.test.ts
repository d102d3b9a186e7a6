import { createServer } from 'node:net';

import {
  attributeFault,
  type FlowState,
  flowSummary,
  inferenceDefinition,
  RESULT_SERVICE,
  ServiceReceipt,
  serviceHostLabel,
  verifyServiceReceipt,
} from '@inferscan/formats';
import { describe, expect, it } from 'vitest';

import { createNodeMetrics } from '../../src/metrics/node-metrics.js';
import type { WorkerOptions } from '../../src/worker.js';
import { endpointClient } from '../support/endpoint-client.js';
import { type TestNode, until } from '../support/network.js';
import { freePort, PRICE, runningNodes } from '../support/running-nodes.js';

const { network, start, stops, queued, resultOf } = await runningNodes();

const service = (change: object = {}) =>
  inferenceDefinition({
    model: 'arithmetic',
    task: 'text-generation',
    serve: { port: 8080 },
    ...change,
  });

/** A node in the queue, whose services listen on a port. */
async function serving(port: number, change: Partial<WorkerOptions> = {}): Promise<TestNode> {
  const node = await network.createNode();
  await start(node, { servicePlace: { port }, ...change });
  await queued(node);
  return node;
}

function receiptOf(flow: FlowState): ServiceReceipt {
  const [text = ''] = [flow.opStates?.[0]?.results?.[RESULT_SERVICE] ?? []].flat();
  const receipt = ServiceReceipt.parse(JSON.parse(text));
  expect(verifyServiceReceipt(receipt)).toBe(true);
  expect(verifyServiceReceipt({ ...receipt, tokens: { ...receipt.tokens, completion: 1 } })).toBe(false);
  return receipt;
}

const question = {
  model: 'arithmetic',
  messages: [{ role: 'user' as const, content: '384*57' }],
  reasoning_effort: 'high' as const,
  temperature: 0,
};

describe('a service job', () => {
  it('answers its poster until it is ended, is paid for that time, and says what was served', async () => {
    const port = await freePort();
    const metrics = createNodeMetrics({});
    const node = await serving(port, { observer: metrics.observer });
    const place = `inferscan_queue_position{market="${network.market}"} 1`;
    await until('the place to be a figure', async () => (await metrics.text()).includes(place));
    const before = await network.balance(node.signer.address);
    const posted = await network.post(service(), 600n);
    const openai = await endpointClient(network, port, posted.job, node);
    const { choices, usage } = await openai.chat.completions.create(question);
    expect(choices[0]?.message.content).toBe('21888');
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(['arithmetic']);
    const elsewhere = openai.chat.completions.create({ ...question, model: 'long-multiplication' });
    await expect(elsewhere).rejects.toMatchObject({ status: 404, param: 'model' });
    await expect(openai.withOptions({ apiKey: 'no' }).models.list()).rejects.toMatchObject({ status: 401 });
    // Runs when the job is ended.
    const stream = await openai.chat.completions.create({
      ...question,
      ...{ temperature: 2, n: 32, logit_bias: { 2: -100 }, stream: true },
    });
    const cut = (async () => {
      for await (const _ of stream);
    })().catch((error: unknown) => error);
    await network.end(posted.job, posted.run, node.signer.address);
    await cut;

    const { flow } = await resultOf(posted);
    expect(flowSummary(flow)).toEqual({ state: 'stopped', reason: 'the poster ended the job' });
    expect(flow.opStates?.[0]?.logs?.map(({ log }) => log?.trim())).toEqual([
      `serving arithmetic at http://127.0.0.1:${port}/v1, on the network ${serviceHostLabel(0, 8080, posted.job)}`,
      expect.stringMatching(/^served \d+ requests/),
    ]);
    const receipt = receiptOf(flow);
    const { served, refused, cancelled, failed } = receipt.requests;
    expect({ refused, failed, ended: served + cancelled }).toEqual({ refused: 1, failed: 0, ended: 2 });
    expect(receipt).toMatchObject({
      job: posted.job,
      run: posted.run,
      node: node.signer.address,
      port: 8080,
      model: { name: 'arithmetic' },
      attestation: { tokens: 'measured' },
    });
    if (served === 1) expect(receipt.tokens.completion).toBe(usage?.completion_tokens);
    const { start: began, end } = await network.jobTimes(posted.job);
    expect(await network.balance(node.signer.address)).toBe(before + PRICE * (end - began));
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    expect(await metrics.text()).toContain('inferscan_jobs_total{state="stopped"} 1');
    await until('the pay to be final', async () => (await metrics.text()).includes('inferscan_paid_jobs 1'));
    expect(await metrics.text()).toContain(`inferscan_earned_nos ${Number(PRICE * (end - began)) / 1e6}`);
  });

  it('ends with its time, which is nobody’s fault', async () => {
    const port = await freePort();
    const node = await serving(port);
    const posted = await network.post(service(), 8n);
    const openai = await endpointClient(network, port, posted.job, node);
    const asked = openai.chat.completions.create(question);
    const served = await asked.then(
      () => 1,
      () => 0,
    );
    const { flow } = await resultOf(posted);
    expect(receiptOf(flow).requests).toMatchObject({ served, failed: 0 });
    const { start: startedAt, end: endedAt } = await network.jobTimes(posted.job);
    const chain = { end: 'finish', startedAt, endedAt, timeout: 8n, now: endedAt } as const;
    const definition = {
      state: 'read',
      valid: true,
      service: true,
      confidential: false,
      operations: 1,
      awaiting: [],
    } as const;
    expect(
      attributeFault(chain, { state: 'read', json: flow }, { definition, ranElsewhere: false }),
    ).toMatchObject({ outcome: 'expired', fault: 'nobody', code: 'service_expired' });
  });

  it('for a model that is not here, or on a port that is taken, fails and says why', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => taken.close(resolve)));
    const address = taken.address();
    await serving(typeof address === 'object' && address !== null ? address.port : 0);
    const cases: [object, RegExp][] = [
      [{ model: 'gpt-9' }, /no model gpt-9; it has: arithmetic/],
      [{ precision: 'int4' }, /in fp32.*not in int4/],
      [{}, /could not be opened: .*EADDRINUSE/],
    ];
    for (const [change, reason] of cases) {
      const { flow } = await resultOf(await network.post(service(change)));
      expect(flowSummary(flow)).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) });
    }
  });
});
