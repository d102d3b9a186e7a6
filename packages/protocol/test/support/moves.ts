import fc from 'fast-check';
import type { ModelJob } from './program.js';
import type { World } from './world.js';

/** One random move in a small world; the numbers pick among names. */
export interface Move {
  readonly word: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly wait: number;
}

const MARKETS = 2;
const JOBS = 6;
const NODES = 4;
const POSTERS = 2;

const pick = (kind: string, count: number) => (number: number) => `${kind} ${number % count}`;
const market = pick('market', MARKETS);
const jobName = pick('job', JOBS);
const nodeName = pick('node', NODES);
const poster = pick('poster', POSTERS);

type Word = (world: World, move: Move) => boolean;

/** Mostly a job for which the word makes sense, where there is one. */
const jobWhere = (
  { program }: World,
  number: number,
  suits: (job: ModelJob, name: string) => boolean,
): string => {
  const suiting = [...program.jobs].filter(([name, job]) => suits(job, name)).map(([name]) => name);
  return (number % 8 > 0 && suiting[number % Math.max(suiting.length, 1)]) || jobName(number);
};
const waits = ({ program }: World, name: string, job: ModelJob) =>
  program.markets.get(job.market)?.queue.includes(name) === true;

const runAt = ({ program }: World, number: number): [string, string] => {
  const runs = [...program.runs];
  const [name, run] = runs[number % Math.max(runs.length, 1)] ?? ['no run', undefined];
  return [name, run?.job ?? 'no job'];
};

const listing = ({ b, c }: Move) => ({
  market: market(b),
  by: poster(c),
  payer: poster(c + (b % 3 === 0 ? 1 : 0)),
  timeout: BigInt((b * 7 + c) % 90),
});

/** A job address that a queue or a run still names may only be used again in wild histories. */
const isFree = ({ program }: World, job: string): boolean =>
  ![...program.markets.values()].some(({ queue }) => queue.includes(job)) &&
  ![...program.runs.values()].some((run) => run.job === job);

const list: Word = (world, move) => world.list(jobName(move.a), listing(move));
const work: Word = (world, { a, b }) => world.work(nodeName(a), market(b));
const finish: Word = (world, { a, b, c }) => {
  const [run, job] = runAt(world, a);
  return world.finish(job, { run, result: `result ${b}`, ...(c % 4 === 0 ? { user: 'a cold wallet' } : {}) });
};
const quit: Word = (world, { a }) => {
  const [run, job] = runAt(world, a);
  return world.quit(job, run);
};
const claim: Word = (world, { a, b }) =>
  world.claim(
    jobWhere(world, a, ({ state }) => state === 3),
    nodeName(b),
  );
const terms = ({ b, c }: Move) => ({
  price: BigInt(c % 4) * 5n,
  type: b % 7 === 0 ? 9 : b % 5,
  expiration: BigInt(c % 20),
});

const assign: Word = (world, move) => {
  const [name, of] = [...world.program.markets].find(([, { queueType }]) => queueType === 'nodes') ?? [
    market(move.b),
    undefined,
  ];
  const node = of?.queue[move.c % Math.max(of.queue.length, 1)] ?? nodeName(move.c);
  return world.assign(jobName(move.a), node, { ...listing(move), market: name });
};

/** Frequent words stand several times. */
const WORDS: readonly Word[] = [
  list,
  list,
  list,
  work,
  work,
  work,
  finish,
  finish,
  quit,
  claim,
  claim,
  assign,
  (world, { a }) => world.delist(jobWhere(world, a, (job, name) => waits(world, name, job))),
  (world, { a, b }) =>
    world.extend(
      jobWhere(world, a, ({ state }) => state === 0),
      BigInt(b),
    ),
  (world, { a }) => {
    const [run, job] = runAt(world, a);
    return world.end(job, run);
  },
  (world, { a }) => world.recover(jobWhere(world, a, ({ state }) => state === 3)),
  (world, { a, b, c }) => world.stop(nodeName(a), market(b), c % 3 === 0 ? 'market owner' : nodeName(a)),
  (world, { a }) => world.complete(jobWhere(world, a, ({ state, result }) => state === 2 && result === null)),
  (world, { a }) => world.quitAdmin(runAt(world, a)[0]),
  (world, { a }) => world.clean(jobWhere(world, a, ({ state }) => state === 2)),
  (world, { a, b }) => b % 3 === 0 && world.cleanAdmin(jobWhere(world, a, () => true)),
  (world, move) => world.update(market(move.a), terms(move)),
  (world, { a, b, c }) => c % 8 === 0 && world.close(market(a), b % 2 === 0),
  (world, move) => {
    const closed = [...world.program.markets].find(([, { isOpen }]) => !isOpen)?.[0];
    return world.open(closed ?? market(move.a), terms(move));
  },
  (world, { a, b }) =>
    b % 4 === 0 &&
    world.program.markets.get(market(a))?.isOpen === true &&
    !!world.gift(market(a), BigInt(b)),
];

const number = fc.nat({ max: 200 });

/** Bias and size are switched off: most histories would be too short to reach the rarer lives. */
export const anyMoves = (maxLength: number) =>
  fc.noBias(
    fc.array(fc.record({ word: number, a: number, b: number, c: number, wait: fc.nat({ max: 30 }) }), {
      minLength: 1,
      maxLength,
      size: 'max',
    }),
  );

/** Plays the moves in a world with open markets. Wild histories also reuse addresses that are still referred to. */
export function play(world: World, moves: readonly Move[], wild: boolean): void {
  for (let at = 0; at < MARKETS; at += 1) world.open(market(at), { price: 10n, expiration: 10n });
  for (const move of moves) {
    world.wait(BigInt(move.wait));
    const word = WORDS[move.word % WORDS.length];
    const lists = word === list || word === assign;
    if (!lists || wild || isFree(world, jobName(move.a))) word?.(world, move);
  }
}
