import type { TestChain } from '../support/chain.js';
import type { Random } from '../support/random.js';

/** What an indexer reads; the calls of those who make the history do not fail. */
const READS = [
  'getSignaturesForAddress',
  'getTransaction',
  'getTransactionsForAddress',
  'getBlock',
  'getBlocks',
  'getSlot',
  'getGenesisHash',
];

const KINDS = [
  'tooManyRequests',
  'serverError',
  'cutBody',
  'stale',
  'emptyList',
  'dropSocket',
  'duplicate',
  'outOfOrder',
  'skipSlot',
] as const;

/** Lets some kinds of answers, notifications and slots fail from now on, other ones than before. */
export async function setRandomFaults(chain: TestChain, random: Random): Promise<void> {
  const chosen = KINDS.filter(() => random.int(3) === 0);
  const chances = Object.fromEntries(chosen.map((kind) => [kind, (1 + random.int(15)) / 100]));
  const latency = random.int(4) === 0 ? { latencyMs: { min: 0, max: random.int(60) } } : {};
  await chain.control('setFaults', {
    seed: random.int(2 ** 31),
    methods: READS,
    retryAfterSeconds: 0,
    ...chances,
    ...latency,
  });
}
