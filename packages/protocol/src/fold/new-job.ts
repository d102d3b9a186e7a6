import { isPricedPerJob } from './eras.js';
import { isKnownMarket } from './markets.js';
import type { JobRecord, MarketRecord } from './records.js';
import { accountOf, argOf, report, type Step, saveJob } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

type Pricing = Pick<JobRecord, 'price' | 'timeout' | 'pricedPerJob'>;

/** What came into the market's vault. */
function deposited({ event }: Step): bigint {
  const { vault } = event.accounts;
  return event.movements.reduce((sum, { to, amount }) => (to === vault ? sum + amount : sum), 0n);
}

/** Terms by the arguments, as since I: a price per second; by the deposit where the market's terms are unknown. */
function ownTerms(step: Step, market: MarketRecord): Pricing {
  const timeout = BigInt(argOf(step.event, 'timeout'));
  if (isKnownMarket(market) || timeout <= 0n) return { price: market.jobPrice, timeout };
  return { price: deposited(step) / timeout, timeout };
}

/**
 * Terms by the market, as until H. The deposit tells whether the price was for the job or for a second; the date does
 * where it cannot, because the price is 0, the timeout a second, or the market not known.
 */
function marketTerms(step: Step, market: MarketRecord): Pricing {
  const { jobPrice, jobTimeout: timeout } = market;
  const moved = deposited(step);
  const price = isKnownMarket(market) ? jobPrice : moved;
  const [perJob, perSecond] = [moved === jobPrice, moved === jobPrice * timeout];
  const isPerJob = isKnownMarket(market) && perJob !== perSecond ? perJob : isPricedPerJob(step.event);
  return isPerJob ? { price, timeout, pricedPerJob: true } : { price, timeout };
}

/** The job that an event lists, in no queue yet. */
export function newJob(step: Step, market: MarketRecord): JobRecord {
  const { event, state } = step;
  const address = accountOf(event, 'job');
  const former = state.jobs.get(address);
  if (former && former.closedAt === null) report(step, `job ${address} is listed while it is open`);
  const { price, timeout, pricedPerJob } =
    event.args.timeout === undefined ? marketTerms(step, market) : ownTerms(step, market);
  const job: JobRecord = {
    id: `${address}@${event.position}`,
    address,
    market: market.address,
    project: accountOf(event, 'authority'),
    payer: event.accounts.payer ?? event.accounts.feePayer ?? UNKNOWN_ADDRESS,
    node: null,
    runId: null,
    status: 'unqueued',
    definitionDigest: argOf(event, 'ipfsJob'),
    resultDigest: null,
    price,
    timeout,
    listedAt: event.blockTime,
    startedAt: null,
    endedAt: null,
    deposited: 0n,
    paid: 0n,
    refunded: 0n,
    fees: 0n,
    listedSignature: event.signature,
    listedPosition: event.position,
    closedAt: null,
    updatedPosition: event.position,
  };
  return saveJob(step, pricedPerJob === undefined ? job : { ...job, pricedPerJob });
}
