import type { Address } from '@solana/kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANCHOR_ERRORS, expectError, expectTokens, JOBS_ERRORS } from './support/expectations.js';
import {
  createMarketplace,
  createNetwork,
  type Marketplace,
  type Network,
  type Wallet,
} from './support/marketplace.js';
import { patch } from './support/spoil.js';

const SLOTS = 314;

let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});
const signer = () => network.addresses.signer();

describe('a long queue', () => {
  it(`holds ${SLOTS} jobs, refuses one more, and serves them in order`, async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const jobs: Address[] = [];
    for (let i = 0; i < SLOTS; i++) {
      const job = signer();
      place.succeed(place.build.list(job, signer()));
      jobs.push(job.address);
    }
    expect(place.marketState().queue).toEqual(jobs);
    const before = place.chain.dataOf(place.market);
    expectError(place.send(place.build.list(signer(), signer())), ANCHOR_ERRORS.AccountDidNotSerialize, {
      account: 'market',
    });
    expect(place.chain.dataOf(place.market)).toEqual(before);

    const last = jobs.at(-1) ?? place.market;
    place.succeed(place.build.delist(last));
    for (const job of jobs.slice(0, 3)) {
      const run = signer();
      place.succeed(await place.build.work(run));
      expect(place.runState(run.address).job).toBe(job);
    }
    expect(place.marketState().queue).toEqual(jobs.slice(3, -1));
  });

  it(`holds ${SLOTS} nodes, refuses one more, and finds any of them`, async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const nodes: Wallet[] = [];
    for (let i = 0; i < SLOTS; i++) {
      const node = await place.newNode();
      place.succeed(await place.build.work(signer(), node));
      nodes.push(node);
    }
    const [first, last] = [nodes[0], nodes.at(-1)];
    if (first === undefined || last === undefined) throw new Error('the queue is empty');
    expectError(
      place.send(await place.build.work(signer(), await place.newNode())),
      ANCHOR_ERRORS.AccountDidNotSerialize,
      {
        account: 'market',
      },
    );
    expectError(place.send(await place.build.work(signer(), last)), JOBS_ERRORS.NodeAlreadyQueued, {
      account: 'market',
    });
    place.succeed(place.build.assign(signer(), signer(), last.address));
    place.succeed(place.build.stop(first));
    expect(place.marketState().queue).toEqual(nodes.slice(1, -1).map((node) => node.address));
  });

  it('a stored length that the account can not hold is refused', async () => {
    const place = await createMarketplace(network);
    patch(place, place.market, 147, [0xff, 0xff, 0xff, 0xff]);
    expectError(place.send(place.build.list(signer(), signer())), ANCHOR_ERRORS.AccountDidNotDeserialize, {
      account: 'market',
    });
  });
});

/** A queue as the network defines it: of jobs or of nodes, first in, first out. */
interface Model {
  jobs: Address[];
  nodes: Address[];
}

type Step =
  | { readonly do: 'list' }
  | { readonly do: 'work' }
  | { readonly do: 'workAgain' }
  /** Of the entry at this place of the queue, if there is one. */
  | { readonly do: 'delist' | 'stop' | 'assign'; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('list' as const, 'work' as const, 'workAgain' as const) }),
    fc.record({ do: fc.constantFrom('delist' as const, 'stop' as const, 'assign' as const), at: fc.nat(4) }),
  ),
  { minLength: 1, maxLength: 25 },
);

/** Takes one step on chain and in the model; both must agree on whom it matches. */
async function take(
  place: Marketplace,
  model: Model,
  nodes: Map<Address, Wallet>,
  step: Step,
): Promise<void> {
  if (step.do === 'list') {
    const [job, run] = [signer(), signer()];
    place.succeed(place.build.list(job, run));
    const node = model.nodes.shift();
    if (node === undefined) model.jobs.push(job.address);
    else expect(place.runState(run.address)).toMatchObject({ job: job.address, node });
    return;
  }
  if (step.do === 'work') {
    const [node, run] = [await place.newNode(), signer()];
    nodes.set(node.address, node);
    place.succeed(await place.build.work(run, node));
    const job = model.jobs.shift();
    if (job === undefined) model.nodes.push(node.address);
    else expect(place.runState(run.address)).toMatchObject({ job, node: node.address });
    return;
  }
  if (step.do === 'workAgain') {
    const waiting = model.nodes.map((address) => nodes.get(address)).find((node) => node !== undefined);
    if (waiting === undefined) return;
    const outcome = place.send(await place.build.work(signer(), waiting));
    expectError(outcome, JOBS_ERRORS.NodeAlreadyQueued, { account: 'market' });
    return;
  }
  if (step.do === 'delist') {
    const [job] = model.jobs.splice(step.at, 1);
    if (job !== undefined) place.succeed(place.build.delist(job));
    return;
  }
  const [address] = model.nodes.splice(step.at, 1);
  const node = address === undefined ? undefined : nodes.get(address);
  if (node === undefined) return;
  if (step.do === 'stop') {
    place.succeed(place.build.stop(node));
    return;
  }
  const [job, run] = [signer(), signer()];
  place.succeed(place.build.assign(job, run, node.address));
  expect(place.runState(run.address)).toMatchObject({ job: job.address, node: node.address });
}

describe('any sequence of listings and nodes', () => {
  it('matches first with first, and the vault holds the deposits of what is not settled', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const place = await createMarketplace(network);
        const model: Model = { jobs: [], nodes: [] };
        const nodes = new Map<Address, Wallet>();
        for (const step of sequence) {
          await take(place, model, nodes, step);
          const queue = [...model.jobs, ...model.nodes];
          const queueType = model.jobs.length > 0 ? 0 : model.nodes.length > 0 ? 1 : 255;
          expect(place.marketState()).toMatchObject({ queue, queueType });
        }
        const before = place.tokens().vault;
        for (const job of model.jobs) {
          expectTokens(place, { payer: 360_000n, vault: -360_000n }, () =>
            place.succeed(place.build.delist(job)),
          );
        }
        expect(place.tokens().vault).toBe(before - 360_000n * BigInt(model.jobs.length));
      }),
      { numRuns: 40 },
    );
  });
});
