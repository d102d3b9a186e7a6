import { DEFAULT_MARKET_ADMIN } from '@inferscan/programs';
import type { ChainTransaction } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { type Agenda, createAgenda } from './agenda.js';
import {
  type Job,
  type Market,
  type Node,
  newMarket,
  newNode,
  newProject,
  type Project,
  type RewardsPool,
  rewardsPool,
} from './parties.js';
import { createRandom, type Random } from './random.js';
import { type Draft, draftTransaction } from './transaction.js';

export interface HistoryOptions {
  readonly seed: number;
  /** How many jobs are listed. */
  readonly jobs: number;
}

/** Everybody who takes part, and what they plan. */
export interface World {
  readonly random: Random;
  readonly agenda: Agenda;
  readonly pool: RewardsPool;
  readonly projects: readonly Project[];
  readonly nodes: readonly Node[];
  readonly markets: readonly Market[];
  /** Market admin and auditor of nodes. */
  readonly admin: Address;
  /** Addresses of jobs that are closed and will be used again. */
  readonly reusable: Address[];
  readonly wanted: number;
  listed: number;
  /** Milliseconds since the history's beginning. */
  now: number;
  /** Unix seconds. */
  clock(): bigint;
  /** Plans something in so many seconds. */
  later(seconds: number, act: () => void): void;
  /** Makes a transaction. `failure`: the error of its last call, which then changed nothing. */
  transact(feePayer: Address, write: (draft: Draft) => void, failure?: number): void;
  /** The transactions made since it was last asked. */
  taken(): ChainTransaction[];
}

/** Forms before July 2025 are no part of a history: programs that take them are not to be had. */
const BEGINS = 1_780_000_000n;
const FIRST_SLOT = 400_000_000n;
const SLOT_MS = 400;
const NODES_PER_JOB = 0.02;
const [LEAST_NODES, MOST_NODES] = [12, 500];
const NODES_PER_MARKET = 30;

export async function createWorld({ seed, jobs }: HistoryOptions): Promise<World> {
  const random = createRandom(seed);
  const agenda = createAgenda();
  const nodeCount = Math.min(MOST_NODES, Math.max(LEAST_NODES, Math.round(jobs * NODES_PER_JOB)));
  // The last market comes and goes; with the others it is at least three.
  const marketCount = 3 + Math.ceil(nodeCount / NODES_PER_MARKET);
  const projects = await listOf(10 + Math.round(nodeCount / 4), () => newProject(random));
  const nodes = await listOf(nodeCount, () => newNode(random, random.int(marketCount)));
  const markets = await listOf(marketCount, () => newMarket(random, random.pick(projects)));
  let made: ChainTransaction[] = [];
  let last = { slot: -1n, index: 0 };

  const placeAt = (now: number) => {
    const slot = FIRST_SLOT + BigInt(Math.floor(now / SLOT_MS));
    const index = slot === last.slot ? last.index + random.between(1, 9) : random.int(400);
    last = { slot, index };
    return last;
  };

  const world: World = {
    random,
    agenda,
    pool: await rewardsPool(),
    projects,
    nodes,
    markets,
    admin: DEFAULT_MARKET_ADMIN as Address,
    reusable: [],
    wanted: jobs,
    listed: 0,
    now: 0,
    clock: () => BEGINS + BigInt(Math.floor(world.now / 1_000)),
    later: (seconds, act) => agenda.plan(world.now + Math.round(seconds * 1_000), act),
    transact(feePayer, write, failure) {
      const place = { ...placeAt(world.now), blockTime: world.clock() };
      made.push(draftTransaction(random, place, feePayer, write, failure));
    },
    taken() {
      const taken = made;
      made = [];
      return taken;
    },
  };
  return world;
}

async function listOf<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for (let at = 0; at < count; at++) items.push(await make());
  return items;
}

/** The account is closed; now and then its address is used again. */
export function gone({ random, reusable }: World, { address }: Job): void {
  if (random.chance(0.04)) reusable.push(address);
}
