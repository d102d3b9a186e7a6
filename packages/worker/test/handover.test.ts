import { type InferenceSpec, inferenceDefinition, Receipt2, verifyReceipt } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';
import { buildClaim, networkConfig } from '@inferscan/protocol';
import { QUIT_DISCRIMINATOR } from '@nosana/jobs-program';
import { type Address, address, generateKeyPairSigner, getBase58Decoder } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { JOB_DONE, JOB_STOPPED, type Job, type Run } from '../src/chain/accounts.js';
import { handedOverIn } from '../src/chain/handover.js';
import { readHistory, seenTransaction } from '../src/chain/history.js';
import type { ChainReader } from '../src/chain/reader.js';
import { worthTaking } from '../src/lifecycle/handed-back.js';
import { isEarlier, whyLeaveAlone } from '../src/lifecycle/precedence.js';
import { runSpec } from './execution/support.js';
import { type TestNode, until } from './support/network.js';
import { PRICE, runningNodes } from './support/running-nodes.js';

const { network, engine, start, queued, resultOf } = await runningNodes();

const prompts = Array.from({ length: 30 }, (_, index) => `${100 + 13 * index}*${10 + index}`);
const spec: InferenceSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: prompts,
  params: { reasoning: true, temperature: 0.8, seed: 2 },
};

/** The engine, noting what it is asked; prompts from `stuckFrom` on are never answered. */
function watched(stuckFrom: number) {
  const asked: string[] = [];
  let answered = 0;
  const generate: InferenceEngine['generate'] = async (request, options) => {
    const prompt = request.prompt ?? '';
    asked.push(prompt);
    if (prompts.indexOf(prompt) >= stuckFrom) {
      await new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
      });
    }
    const result = await engine.generate(request, options);
    answered += 1;
    return result;
  };
  return { asked, answered: () => answered, engine: { ...engine, generate } };
}

/** Takes a job over that was given back, as a node does that does not look who else has. */
async function claim(node: TestNode, job: string): Promise<void> {
  const run = await generateKeyPairSigner();
  await network.send(node.signer, [
    await buildClaim({
      network: network.network,
      market: network.market,
      node: node.signer,
      run,
      job: address(job),
    }),
  ]);
}

describe('a job that is handed back', () => {
  it('is finished by another node, which repeats nothing but a sample, to the same bits', async () => {
    const [first, second] = [await network.createNode(), await network.createNode()];
    const slow = watched(20);
    const leaving = await start(first, { drainMs: 0, drainPolicy: 'quit' }, slow.engine);
    await queued(first);
    const posted = await network.post(inferenceDefinition(spec), 3600n);
    await until('the first twenty answers', () => slow.answered() === 20);
    await leaving.leave();
    expect((await network.job(posted.job))?.state).toBe(3);

    const rest = watched(Number.POSITIVE_INFINITY);
    await start(second, {}, rest.engine);
    const { flow } = await resultOf(posted);
    const again = rest.asked.filter((prompt) => prompts.indexOf(prompt) < 20);
    expect(rest.asked.filter((prompt) => !again.includes(prompt))).toEqual(prompts.slice(20));
    expect([8, 9]).toContain(again.length);

    const results = flow.opStates?.[0]?.results;
    const whole = await runSpec(engine, spec);
    expect(results?.outputs).toEqual(whole.results?.outputs);
    const receipt = Receipt2.parse(JSON.parse([results?.receipt ?? []].flat()[0] ?? ''));
    expect(verifyReceipt(receipt)).toBe(true);
    expect(receipt).toMatchObject({
      node: second.signer.address,
      resumed: [{ inputs: 20, node: first.signer.address, run: posted.run }],
    });
    const [{ partial = '' } = {}] = receipt.resumed ?? [];
    expect(await network.content.fetchJson(partial)).toMatchObject({ node: first.signer.address });
  });
});

describe('a job that two nodes took over', () => {
  it('is finished by the one that was first, and paid once, whoever is ready first', async () => {
    const [leaver, early, late] = [
      await network.createNode(),
      await network.createNode(),
      await network.createNode(),
    ];
    const stuck = watched(0);
    const leaving = await start(leaver, { drainMs: 0, drainPolicy: 'quit' }, stuck.engine);
    await queued(leaver);
    const posted = await network.post(inferenceDefinition({ ...spec, inputs: prompts.slice(0, 2) }));
    await until('the job to be begun', () => stuck.asked.length > 0);
    await leaving.leave();
    await claim(early, posted.job);
    await claim(late, posted.job);
    const vault = await network.balance('vault');

    const other = watched(Number.POSITIVE_INFINITY);
    await start(late, {}, other.engine);
    await queued(late);
    expect(other.asked).toEqual([]);
    await start(early);
    const { job } = await resultOf(posted);
    expect(job.node).toBe(early.signer.address);
    await queued(early);

    // The other one is free for the next job, and does not touch this one any more.
    const next = await network.post(inferenceDefinition({ ...spec, inputs: prompts.slice(2, 4) }));
    expect((await resultOf(next)).job.node).toBe(late.signer.address);
    await queued(late);
    expect(await network.job(posted.job)).toEqual(job);
    expect(await network.balance('vault')).toBe(vault - PRICE * 60n);
  });
});

describe('what a node takes over', () => {
  const jobs = fc
    .uniqueArray(fc.stringMatching(/^[A-Za-z1-9]{4}$/))
    .map((names) =>
      names.map(
        (name) => ({ address: name, price: BigInt(name.length + name.charCodeAt(0)) }) as never as Job,
      ),
    );
  const node = fc.stringMatching(/^[A-Za-z1-9]{4}$/).map((name) => name as Address);

  it('is each job that pays enough and was not given up, from another place of the list for each node', () => {
    fc.assert(
      fc.property(jobs, node, fc.bigInt({ min: 0n, max: 500_000n }), (all, at, minPerHour) => {
        const givenUp = new Set(all.slice(0, 1).map(({ address }) => address));
        const taken = worthTaking(all, at, minPerHour, givenUp);
        const fits = ({ address, price }: Job) => !givenUp.has(address) && price * 3600n >= minPerHour;
        expect(new Set(taken)).toEqual(new Set(all.filter(fits)));
        const [first] = taken;
        const following = taken.filter(({ address }) => address > at);
        if (first && following.length > 0) {
          expect(following.every(({ address }) => address >= first.address && first.address > at)).toBe(true);
        }
      }),
    );
  });

  it('is of two who were as early the same one’s for both, and of unknown beginnings nobody’s', () => {
    const slot = fc.option(fc.bigInt({ min: 0n, max: 3n }));
    fc.assert(
      fc.property(slot, slot, (a, b) => {
        const [one, two] = [
          { address: 'a' as Address, slot: a },
          { address: 'b' as Address, slot: b },
        ];
        const yields = [isEarlier(one, two), isEarlier(two, one)];
        expect(yields).toEqual(a === null || b === null ? [true, true] : [a <= b, a > b]);
      }),
    );
  });
});

describe('a run that began after another one', () => {
  const [job, own, other] = ['job', 'own', 'other'] as Address[] as [Address, Address, Address];
  const run = (address: Address) => ({ address, job, node: `node of ${address}` }) as Run;

  /** A chain on which the other run is paid for right after so many requests. */
  const paidAfter = (requests: number) => {
    let asked = 0;
    const isPaid = () => asked++ >= requests;
    return {
      job: async () => ({ node: 'node of other', state: isPaid() ? JOB_DONE : JOB_STOPPED }) as Job,
      runsOf: async () => (isPaid() ? [run(own)] : [run(own), run(other)]),
      beginOf: async (at: Address) => (at === other ? 1n : 2n),
    } as Partial<ChainReader> as ChainReader;
  };

  it.each([0, 1, 2, 3])('is left alone where that one is paid for after %i requests', async (requests) => {
    const why = await whyLeaveAlone(run(own), paidAfter(requests), new AbortController().signal);
    expect(why).toMatch(/^the node node of other (has finished the job|runs the job too)/);
  });
});

describe('the transactions of an address', () => {
  it.each([
    [3, true],
    [50, false],
  ])('are all there ever were where the RPC tells of %i, failed ones counted: %s', async (count, isWhole) => {
    const told = Array.from({ length: count }, (_, index) => ({
      signature: `s${index}`,
      slot: BigInt(count - index),
      err: index === 0 ? null : { InstructionError: [0, 'Custom'] },
    }));
    const client = {
      once: (request: (signal: AbortSignal) => unknown, signal: AbortSignal) => request(signal),
      rpc: { getSignaturesForAddress: () => ({ send: async () => told }) },
    } as never;
    const at = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');
    const found = await readHistory(client, at, 'confirmed', new AbortController().signal);
    expect(found).toMatchObject({ isWhole, signatures: [{ signature: 's0', slot: BigInt(count) }] });
  });
});

describe('what a transaction hands over', () => {
  const config = networkConfig('localnet');
  const JOB = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');
  const OTHER = address('7Hn3dVvGkrGcvdUwGwJrrmBqkWdnnhhnMC7MBxkWMLtX');
  const CID = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
  const base58 = getBase58Decoder();
  const memo = base58.decode(new TextEncoder().encode(`inferscan.handover/1 ${CID}`));
  const quit = base58.decode(QUIT_DISCRIMINATOR);
  const keys = [
    'node',
    'run',
    JOB,
    'payer',
    config.jobsProgram,
    'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
    OTHER,
  ];
  const quitOf = (job: string) => ({
    programIdIndex: 4,
    accounts: [keys.indexOf(job), 1, 3, 0],
    data: quit,
  });
  const memoOf = (program = 5) => ({ programIdIndex: program, accounts: [], data: memo });
  const transaction = (instructions: object[], err: unknown = null) => ({
    meta: { err },
    transaction: { message: { accountKeys: keys, instructions } },
  });

  const found = (value: unknown) => {
    const seen = seenTransaction(value);
    return seen === null ? null : handedOverIn(seen, config, JOB);
  };

  it('is what its memo names, by the node whose run of the job it quits', () => {
    expect(found(transaction([quitOf(JOB), memoOf()]))).toEqual([{ cid: CID, node: 'node', run: 'run' }]);
  });

  it('is nothing where it failed, quits nothing, or another job or two, or has its memo elsewhere', () => {
    for (const other of [
      transaction([memoOf()]),
      transaction([quitOf(OTHER), memoOf()]),
      transaction([quitOf(JOB), quitOf(JOB), memoOf()]),
      transaction([quitOf(JOB), memoOf(6)]),
      transaction([{ ...quitOf(JOB), data: base58.decode(new Uint8Array(8)) }, memoOf()]),
      transaction([{ ...quitOf(JOB), data: '0 is not base58' }, memoOf()]),
      transaction([quitOf(JOB)]),
    ]) {
      expect(found(other)).toEqual([]);
    }
    const failed = transaction([quitOf(JOB), memoOf()], { InstructionError: [0, 'Custom'] });
    for (const none of [failed, null, 'no transaction']) expect(found(none)).toBeNull();
  });
});
