import { readFile } from 'node:fs/promises';

import {
  flowSummary,
  type InferenceSpec,
  inferenceDefinition,
  outputDigest,
  Receipt,
  verifyReceipt,
} from '@inferscan/formats';
import { associatedTokenAddress, buildWork, nodeAccountAddress } from '@inferscan/protocol';
import { cidFromDigest } from '@inferscan/storage';
import { generateKeyPairSigner } from '@solana/kit';
import { getCloseAccountInstruction } from '@solana-program/token';
import { describe, expect, it } from 'vitest';

import { hardwareReport } from '../src/hardware/report.js';
import { Earning } from '../src/state/earnings-file.js';
import { openStateStore } from '../src/state/store.js';
import { createWorker } from '../src/worker.js';
import { type PostedJob, type TestNode, until } from './support/network.js';
import { PRICE, runningNodes } from './support/running-nodes.js';

const { network, engine, start, queued, resultOf } = await runningNodes();

const spec = (change: Partial<InferenceSpec> = {}): InferenceSpec =>
  ({
    model: 'arithmetic',
    task: 'text-generation',
    inputs: ['384*57'],
    params: { reasoning: true },
    ...change,
  }) as InferenceSpec;

/** Keeps the node at it for many seconds, and can be stopped between any two tokens. */
const longSpec = spec({
  model: 'long-multiplication',
  inputs: Array.from({ length: 1000 }, (_, index) => `${10_000 + 7 * index}*57398`),
});

/** Balances before, and a check that exactly `paid` went to the node and the rest back. */
async function books(node: TestNode) {
  const before = await Promise.all([
    network.balance(node.signer.address),
    network.balance(network.poster.address),
  ]);
  return async (paid: bigint) => {
    expect(await network.balance('vault')).toBe(0n);
    expect(await network.balance(node.signer.address)).toBe(before[0] + paid);
    expect(await network.balance(network.poster.address)).toBe(before[1] - paid);
  };
}

async function times(posted: PostedJob) {
  const seconds = await network.jobTimes(posted.job);
  return seconds.end - seconds.start;
}

describe('a node', () => {
  it('answers jobs one after another, signs what it did, and is paid to the base unit', async () => {
    const node = await network.createNode();
    const check = await books(node);
    await start(node);
    let paid = 0n;
    await queued(node);
    for (const [inputs, answers] of [
      [['384*57'], ['21888']],
      [
        ['12*34', '100*10', '12*34'],
        ['408', '1000', '408'],
      ],
    ] as const) {
      const definition = inferenceDefinition(spec({ inputs: [...inputs] }));
      const posted = await network.post(definition);
      const { flow, job } = await resultOf(posted);
      await queued(node);
      paid += PRICE * (await times(posted));
      expect(flowSummary(flow)).toEqual({ state: 'success' });
      expect(job.node).toBe(node.signer.address);
      const op = flow.opStates?.[0];
      expect(op?.logs?.map((line) => line.log?.trim())).toEqual(answers);
      const outputs = [op?.results?.outputs ?? []].flat().map((text) => JSON.parse(text));
      expect(outputs.map((output) => output.text)).toEqual(answers);

      const receipt = Receipt.parse(JSON.parse([op?.results?.receipt ?? []].flat()[0] ?? ''));
      expect(verifyReceipt(receipt)).toBe(true);
      expect(receipt).toMatchObject({
        job: posted.job,
        run: posted.run,
        node: node.signer.address,
        market: network.market,
        definition_cid: cidFromDigest(job.definitionDigest),
        output_digest: outputDigest(outputs),
        tokens: { completion: outputs.reduce((sum, output) => sum + output.tokens.completion, 0) },
      });
    }
    await check(paid);
    const book = await until('the pay to be final', async () => {
      const state = await network.stateOf(node);
      return state?.settling.length === 0 && state.book;
    });
    expect(book).toEqual({ jobs: 2, earned: paid });
    const list = await readFile(`${node.stateDir}/${node.signer.address}/earnings.jsonl`, 'utf8');
    const earned = list
      .trimEnd()
      .split('\n')
      .map((line) => Earning.parse(JSON.parse(line)));
    expect(earned.reduce((sum, one) => sum + BigInt(one.earned), 0n)).toBe(paid);
    expect(earned.map((one) => PRICE * BigInt(one.seconds))).toEqual(earned.map((one) => BigInt(one.earned)));
  });

  it('takes a job that waited before it came', async () => {
    const posted = await network.post(inferenceDefinition(spec()));
    const node = await network.createNode();
    await start(node);
    const { flow } = await resultOf(posted);
    expect(flowSummary(flow).state).toBe('success');
  });

  it('answers what it cannot run with a failed result that says why', async () => {
    const run = (args: object) => ({
      version: '0.1',
      type: 'container',
      ops: [{ type: 'container/run', id: 'op', args }],
    });
    const cases: [unknown, RegExp][] = [
      [{ version: '0.1', type: 'container', ops: [{ id: 'x' }] }, /not valid: \$input\.ops\[0\]/],
      ['no definition at all', /not valid/],
      [
        run({ image: 'inferscan/worker', cmd: ['infer', '{"model":1}'] }),
        /\$input\.ops\[0\]\.args\.cmd\[1\]/,
      ],
      [run({ image: 'ubuntu', cmd: 'rm -rf /' }), /not the image ubuntu/],
      [inferenceDefinition(spec({ model: 'gpt-9' })), /no model gpt-9; it has: arithmetic/],
      [inferenceDefinition(spec({ precision: 'int4' })), /in fp32, not in int4/],
      [
        inferenceDefinition(spec({ task: 'embedding', params: {} })),
        /arithmetic is for text-generation, not for embedding/,
      ],
      [inferenceDefinition(spec({ inputs: ['12*34', 'what?'] })), /operation inference: /],
      [
        {
          version: '0.1',
          type: 'container',
          ops: [{ ...run({ image: 'x' }).ops[0], execution: { group: 'g', depends_on: ['y'] } }],
        },
        /depends on y/,
      ],
    ];
    const node = await network.createNode();
    const check = await books(node);
    await start(node);
    let paid = 0n;
    for (const [definition, reason] of cases) {
      const posted = await network.post(definition);
      const { flow } = await resultOf(posted);
      paid += PRICE * (await times(posted));
      const summary = flowSummary(flow);
      expect(summary.state).toBe('failed');
      expect(summary.reason).toMatch(reason);
      expect(flow.status).toBe('failed');
    }
    const unreadable = await network.postDigest(new Uint8Array(32).fill(5));
    const { flow } = await resultOf(unreadable);
    paid += PRICE * (await times(unreadable));
    expect(flowSummary(flow)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/could not be read.*nothing is there/),
    });
    await check(paid);
  });

  it('stops when the poster ends the job, and hands in what there is', async () => {
    const node = await network.createNode();
    const check = await books(node);
    await start(node);
    await queued(node);
    const posted = await network.post(inferenceDefinition(longSpec), 3600n);
    await until('the job to be running', () =>
      network.stateOf(node).then((state) => state?.current?.stage === 'executing'),
    );
    await network.end(posted.job, posted.run, node.signer.address);
    const { flow } = await resultOf(posted);
    expect(flowSummary(flow)).toEqual({ state: 'stopped', reason: 'the poster ended the job' });
    expect(flow.opStates?.[0]).toMatchObject({
      status: 'stopped',
      diagnostics: { reason: { jobStopped: true } },
    });
    await check(PRICE * (await times(posted)));
    await queued(node);
  });

  it('stops at the timeout, and is paid for no more', async () => {
    const node = await network.createNode();
    const check = await books(node);
    await start(node);
    await queued(node);
    const posted = await network.post(inferenceDefinition(longSpec), 2n);
    const { flow } = await resultOf(posted);
    expect(flowSummary(flow)).toEqual({ state: 'stopped', reason: 'the job reached its timeout' });
    expect(flow.status).toBe('success');
    await check(PRICE * 2n);
  });

  it('leaves the queue when told to, and does not queue twice when it comes back', async () => {
    const node = await network.createNode();
    const first = await start(node);
    await queued(node);
    await first.die();
    const second = await start(node);
    await second.leave();
    const actions = await until('the node to have left', async () => {
      const found = await network.actions(node.signer.address);
      return found.includes('Stop') ? found : null;
    });
    expect(actions).toEqual(['Work', 'Stop']);
    expect(await network.waitingNodes()).toEqual([]);
  });

  it('fails the running job in time when it is told to leave', async () => {
    const node = await network.createNode();
    const check = await books(node);
    const running = await start(node, { drainMs: 200 });
    await queued(node);
    const posted = await network.post(inferenceDefinition(longSpec), 3600n);
    await until('the job to be running', () =>
      network.stateOf(node).then((state) => state?.current?.stage === 'executing'),
    );
    await running.leave();
    const { flow } = await resultOf(posted);
    expect(flowSummary(flow)).toEqual({ state: 'failed', reason: 'the host shut down' });
    await check(PRICE * (await times(posted)));
  });

  it('hands the running job back when it is told to leave so', async () => {
    const node = await network.createNode();
    const check = await books(node);
    const running = await start(node, { drainMs: 200, drainPolicy: 'quit' });
    await queued(node);
    const posted = await network.post(inferenceDefinition(longSpec), 3600n);
    await until('the job to be running', () =>
      network.stateOf(node).then((state) => state?.current?.stage === 'executing'),
    );
    await running.leave();
    expect((await network.job(posted.job))?.state).toBe(3);
    expect(await network.stateOf(node)).toMatchObject({ current: null });
    await network.recover(posted.job);
    await check(0n);
  });

  it('says what it lacks, and goes on when it has it', async () => {
    const node = await network.createNode({ staked: false });
    await start(node);
    await network.fund(node.signer.address, {
      nos: '1',
      stake: { amount: '10000000000', durationSeconds: 31_536_000 },
    });
    await queued(node);
  });

  it('describes itself in the nodes program, and again only when something has changed', async () => {
    const node = await network.createNode();
    const description = {
      architecture: 'amd64',
      country: 528,
      cpu: 2,
      gpu: 0,
      memory: 8,
      iops: 900,
      storage: 40,
      endpoint: '',
      icon: '',
      version: '1',
    } as const;
    const at = await nodeAccountAddress(network.network, node.signer.address);
    for (const [change, names] of [
      [{}, ['Register']],
      [{ iops: 700 }, ['Register']],
      [{ endpoint: 'https://node.example' }, ['Register', 'Update']],
    ] as const) {
      const running = await start(node, { description: { ...description, ...change } });
      await queued(node);
      await running.leave();
      expect(await network.actions(at)).toEqual(names);
    }
  });

  it('does not work twice with one key', async () => {
    const node = await network.createNode();
    await start(node);
    await queued(node);
    const second = await createWorker({
      signer: node.signer,
      markets: [network.market],
      rpcUrl: network.url,
      wsUrl: network.wsUrl,
      content: network.content,
      engine,
      hardware: await hardwareReport(),
      stateDir: node.stateDir,
      log: network.log,
    });
    await expect(second.run(new AbortController().signal)).rejects.toThrow(/already works/);
  });

  it('sends no second `work` after a crash between signing and remembering', async () => {
    const node = await network.createNode();
    const { signature, wire, lastValidBlockHeight } = await network.send(node.signer, [
      await buildWork({
        network: network.network,
        market: network.market,
        node: node.signer,
        run: await generateKeyPairSigner(),
      }),
    ]);
    const store = await openStateStore(`${node.stateDir}/${node.signer.address}`);
    await store.update({ pendingWork: { signature, wire, lastValidBlockHeight } });
    const running = await start(node);
    await until(
      'the node to have settled it',
      async () => (await network.stateOf(node))?.pendingWork === null,
    );
    await running.leave();
    const actions = await until('the node to have left', async () => {
      const found = await network.actions(node.signer.address);
      return found.includes('Stop') ? found : null;
    });
    expect(actions).toEqual(['Work', 'Stop']);
  });

  it('gives a job back whose poster made it impossible to settle', async () => {
    const node = await network.createNode();
    await start(node);
    await queued(node);
    const poster = await generateKeyPairSigner();
    await network.fund(poster.address, { lamports: '1000000000', nos: String(PRICE * 8n) });
    const { digest } = await network.content.pinJson(inferenceDefinition(longSpec));
    const posted = await network.postDigest(digest, 8n, poster);
    // All its NOS is in the vault now, so the account that the refund must go to can be closed.
    const account = await associatedTokenAddress(poster.address, network.network.nosMint);
    await network.send(poster, [
      getCloseAccountInstruction({ account, destination: poster.address, owner: poster }),
    ]);
    await until('the job to be given back', async () => (await network.job(posted.job))?.state === 3);
    await queued(node);
    expect(await network.balance('vault')).toBe(PRICE * 8n);
    // Back to the poster, so that the other books of this market stay simple.
    await network.fund(poster.address, { nos: '1' });
    await network.recover(posted.job, poster);
    expect(await network.balance('vault')).toBe(0n);
  });

  it('outlasts an outage of the RPC', async () => {
    const node = await network.createNode();
    await start(node);
    await queued(node);
    const { digest } = await network.content.pinJson(inferenceDefinition(spec()));
    await network.outage(async () => undefined);
    const posted = await network.postDigest(digest);
    const { flow } = await resultOf(posted);
    expect(flowSummary(flow).state).toBe('success');
  });
});
