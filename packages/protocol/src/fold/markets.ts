import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';
import type { ProtocolEvent } from '../events/event.js';
import { nodeLeft } from './nodes.js';
import { emptied, jobTypeOf } from './queue.js';
import type { MarketRecord } from './records.js';
import { accountOf, type Involved, report, type Step, saveJob, saveMarket, timeOf } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

function unknownMarket(step: Step, address: Address): MarketRecord {
  return {
    address,
    authority: UNKNOWN_ADDRESS,
    vault: UNKNOWN_ADDRESS,
    jobPrice: 0n,
    jobTimeout: 0n,
    jobExpiration: 0n,
    jobType: 0,
    nodeAccessKey: UNKNOWN_ADDRESS,
    nodeXnosMinimum: 0n,
    queueType: 'empty',
    queue: [],
    vaultBalance: 0n,
    openedAt: null,
    closedAt: null,
    updatedPosition: step.event.position,
  };
}

/** Whether a market's terms were seen; else its record was made up from the instructions that name it. */
export const isKnownMarket = (market: MarketRecord): boolean => market.authority !== UNKNOWN_ADDRESS;

/** The record of a market, made up with an anomaly where history before this event is missing. */
export function marketOf(step: Step, address: Address): MarketRecord {
  const known = step.state.markets.get(address);
  if (!known) report(step, `market ${address} is not known: its history before this is missing`);
  const market = known ?? unknownMarket(step, address);
  const vault = step.event.accounts.vault;
  const learnsVault = market.vault === UNKNOWN_ADDRESS && vault !== undefined;
  if (known && !learnsVault) return known;
  return saveMarket(step, learnsVault ? { ...market, vault } : market);
}

/** Empties a market's queue: waiting nodes wait no more, waiting jobs stay in no queue. */
export function dropQueue(step: Step, market: MarketRecord): MarketRecord {
  for (const entry of market.queue) {
    if (market.queueType === 'nodes') nodeLeft(step, entry, market.address);
    const job = market.queueType === 'jobs' ? step.state.jobs.get(entry) : undefined;
    if (job?.status === 'queued') saveJob(step, { ...job, status: 'unqueued' });
  }
  return saveMarket(step, emptied(market));
}

type Terms = Pick<
  MarketRecord,
  'jobPrice' | 'jobTimeout' | 'jobExpiration' | 'nodeAccessKey' | 'nodeXnosMinimum'
>;

/** What markets had before a term was among the arguments. The system program as access key lets everybody in. */
const NO_TERMS: Terms = {
  jobPrice: 0n,
  jobTimeout: 0n,
  jobExpiration: 0n,
  nodeAccessKey: SYSTEM_PROGRAM,
  nodeXnosMinimum: 0n,
};

/** Terms that an event sets; those that its form does not name stay. */
function termsIn({ accounts, args }: ProtocolEvent, before: Terms): Terms {
  const given = (name: string, otherwise: bigint) => {
    const value = args[name];
    return value === undefined ? otherwise : BigInt(value);
  };
  return {
    jobPrice: given('jobPrice', before.jobPrice),
    jobTimeout: given('jobTimeout', before.jobTimeout),
    jobExpiration: given('jobExpiration', before.jobExpiration),
    nodeAccessKey: accounts.accessKey ?? before.nodeAccessKey,
    nodeXnosMinimum: given('nodeXnosMinimum', given('nodeStakeMinimum', before.nodeXnosMinimum)),
  };
}

/** `open`, and `init` in era C. */
export function open(step: Step): Involved {
  const { event, state } = step;
  const address = accountOf(event, 'market');
  const former = state.markets.get(address);
  if (former) {
    const isOpen = former.closedAt === null && isKnownMarket(former);
    if (isOpen) report(step, `market ${address} is opened while it is open`);
    dropQueue(step, former);
  }
  saveMarket(step, {
    address,
    authority: accountOf(event, 'authority'),
    vault: accountOf(event, 'vault'),
    ...termsIn(event, NO_TERMS),
    jobType: jobTypeOf(Number(event.args.jobType ?? 0)),
    queueType: 'empty',
    queue: [],
    vaultBalance: former?.vaultBalance ?? 0n,
    openedAt: event.blockTime,
    closedAt: null,
    updatedPosition: event.position,
  });
  return { market: address };
}

export function update(step: Step): Involved {
  const { event } = step;
  const market = marketOf(step, accountOf(event, 'market'));
  saveMarket(step, {
    ...market,
    authority: accountOf(event, 'authority'),
    ...termsIn(event, market),
    // Unlike `open`, the program takes any type over as it is.
    jobType: Number(event.args.jobType ?? market.jobType),
  });
  return { market: market.address };
}

/** `close` and `closeAdmin`, and `stop` in C6. */
export function close(step: Step): Involved {
  const market = dropQueue(step, marketOf(step, accountOf(step.event, 'market')));
  saveMarket(step, { ...market, closedAt: timeOf(step.event) });
  return { market: market.address };
}
