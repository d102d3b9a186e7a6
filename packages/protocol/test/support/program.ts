import { addr } from './addresses.js';
import type { Effect } from './chain.js';

// The jobs program's rules once more, written down independently of the fold and as plainly as they can be:
// names instead of addresses, mutable records, and refusals where the program would abort.

export class Refusal extends Error {}

const refuseUnless = (condition: boolean, why: string): void => {
  if (!condition) throw new Refusal(why);
};

export interface ModelMarket {
  price: bigint;
  type: number;
  queueType: 'jobs' | 'nodes' | 'empty';
  queue: string[];
  vault: bigint;
  expiration: bigint;
  isOpen: boolean;
}

export interface ModelJob {
  market: string;
  project: string;
  payer: string;
  price: bigint;
  timeout: bigint;
  /** As on chain: 0 queued or running, 2 done, 3 stopped. */
  state: 0 | 2 | 3;
  node: string | null;
  result: string | null;
  start: bigint;
  end: bigint;
}

export interface ModelRun {
  job: string;
  node: string;
  payer: string;
  start: bigint;
}

export interface ListArgs {
  market: string;
  by: string;
  payer?: string;
  timeout: bigint;
}

export const vaultName = (market: string) => `vault of ${market}`;
export const tokensName = (owner: string) => `NOS of ${owner}`;

const least = (left: bigint, right: bigint) => (left < right ? left : right);

export function createProgram() {
  const markets = new Map<string, ModelMarket>();
  const jobs = new Map<string, ModelJob>();
  const runs = new Map<string, ModelRun>();

  const find = <T>(map: Map<string, T>, name: string, what: string): T => {
    const found = map.get(name);
    if (found === undefined) throw new Refusal(`no ${what} ${name}`);
    return found;
  };
  const market = (name: string) => {
    const found = find(markets, name, 'market');
    refuseUnless(found.isOpen, `market ${name} is closed`);
    return found;
  };
  const job = (name: string) => find(jobs, name, 'job');
  const run = (name: string) => find(runs, name, 'run');

  const push = (at: ModelMarket, kind: 'jobs' | 'nodes', name: string) => {
    if (at.type === 255) return;
    at.queueType = kind;
    at.queue.push(name);
  };
  const take = (at: ModelMarket, index: number): string => {
    const [taken] = at.queue.splice(index, 1);
    if (at.queue.length === 0) at.queueType = 'empty';
    if (taken === undefined) throw new Refusal('nothing there to take');
    return taken;
  };
  const startRun = (name: string, of: Omit<ModelRun, 'start'>, now: bigint): Effect => {
    refuseUnless(!runs.has(name), `run ${name} exists`);
    runs.set(name, { ...of, start: now });
    return { creates: addr(name) };
  };
  const payIn = (of: string, owner: string, amount: bigint, price: bigint): Effect[] => {
    if (price === 0n) return [];
    market(of).vault += amount;
    return [{ transfers: amount, from: addr(tokensName(owner)), to: addr(vaultName(of)) }];
  };
  const payOut = (of: string, to: string, amount: bigint): Effect => {
    const source = market(of);
    refuseUnless(source.vault >= amount, 'the vault has too little');
    source.vault -= amount;
    return { transfers: amount, from: addr(vaultName(of)), to: addr(to) };
  };
  const settle = (name: string, runName: string, now: bigint, user: string): Effect[] => {
    const of = job(name);
    const { node, start } = run(runName);
    Object.assign(of, { state: 2, node, start, end: now });
    runs.delete(runName);
    if (of.price === 0n) return [];
    const paid = of.price * least(now - start, of.timeout);
    return [
      payOut(of.market, user, paid),
      payOut(of.market, tokensName(of.payer), of.price * of.timeout - paid),
    ];
  };
  const newJob = (name: string, { market: of, by, payer = by, timeout }: ListArgs): ModelJob => {
    refuseUnless(!jobs.has(name), `job ${name} exists`);
    refuseUnless(timeout >= 0n, 'timeout is negative');
    const { price } = market(of);
    const created: ModelJob = {
      market: of,
      project: by,
      payer,
      price,
      timeout,
      state: 0,
      node: null,
      result: null,
      start: 0n,
      end: 0n,
    };
    jobs.set(name, created);
    return created;
  };

  const restore = <T>(map: Map<string, T>, saved: Map<string, T>) => {
    map.clear();
    for (const [name, value] of saved) map.set(name, value);
  };

  return {
    markets,
    jobs,
    runs,
    /** A refused instruction changes nothing: runs it, or undoes it and throws on. */
    atomically<T>(instruction: () => T): T {
      const saved = structuredClone({ markets, jobs, runs });
      try {
        return instruction();
      } catch (error) {
        restore(markets, saved.markets);
        restore(jobs, saved.jobs);
        restore(runs, saved.runs);
        throw error;
      }
    },
    open(name: string, args: { price: bigint; type: number; expiration: bigint }): Effect[] {
      refuseUnless(!markets.get(name)?.isOpen, `market ${name} is open`);
      const type = args.type < 5 ? args.type : 255;
      markets.set(name, { ...args, type, queueType: 'empty', queue: [], vault: 0n, isOpen: true });
      return [{ creates: addr(name) }, { creates: addr(vaultName(name)) }];
    },
    update(name: string, args: { price: bigint; type: number; expiration: bigint }): Effect[] {
      Object.assign(market(name), args);
      return [];
    },
    close(name: string, user: string): Effect[] {
      const of = market(name);
      const rest = payOut(name, tokensName(user), of.vault);
      Object.assign(of, { isOpen: false, queue: [], queueType: 'empty' });
      return [rest];
    },
    list(name: string, runName: string, args: ListArgs, now: bigint): Effect[] {
      const of = market(args.market);
      const created = newJob(name, args);
      const effects: Effect[] = [{ creates: addr(name) }];
      if (of.queueType === 'nodes') {
        const node = take(of, 0);
        effects.push(startRun(runName, { job: name, node, payer: created.payer }, now));
      } else {
        push(of, 'jobs', name);
      }
      return [
        ...effects,
        ...payIn(args.market, created.payer, created.price * created.timeout, created.price),
      ];
    },
    assign(name: string, runName: string, node: string, args: ListArgs, now: bigint): Effect[] {
      const of = market(args.market);
      refuseUnless(of.queueType === 'nodes' && of.queue.includes(node), `node ${node} does not wait`);
      const created = newJob(name, args);
      take(of, of.queue.indexOf(node));
      return [
        { creates: addr(name) },
        startRun(runName, { job: name, node, payer: created.payer }, now),
        ...payIn(args.market, created.payer, created.price * created.timeout, created.price),
      ];
    },
    delist(name: string): Effect[] {
      const of = job(name);
      const at = market(of.market);
      refuseUnless(of.state === 0 && at.queueType === 'jobs' && at.queue.includes(name), 'job does not wait');
      take(at, at.queue.indexOf(name));
      jobs.delete(name);
      return of.price === 0n ? [] : [payOut(of.market, tokensName(of.payer), of.price * of.timeout)];
    },
    extend(name: string, timeout: bigint): Effect[] {
      const of = job(name);
      refuseUnless(of.state === 0 && timeout > of.timeout, 'not to be extended');
      const more = of.price * (timeout - of.timeout);
      of.timeout = timeout;
      return payIn(of.market, of.payer, more, of.price);
    },
    end(name: string, runName: string, now: bigint): Effect[] {
      refuseUnless(run(runName).job === name && jobs.has(name), 'not a run of the job');
      return settle(name, runName, now, tokensName(run(runName).node));
    },
    recover(name: string): Effect[] {
      const of = job(name);
      refuseUnless(of.state === 3, 'job is not stopped');
      const effects = of.price === 0n ? [] : [payOut(of.market, tokensName(of.payer), of.price * of.timeout)];
      jobs.delete(name);
      return effects;
    },
    work(node: string, runName: string, of: string, now: bigint): Effect[] {
      const at = market(of);
      if (at.queueType === 'jobs') return [startRun(runName, { job: take(at, 0), node, payer: node }, now)];
      refuseUnless(!at.queue.includes(node), 'node waits already');
      push(at, 'nodes', node);
      return [];
    },
    stop(node: string, of: string): Effect[] {
      const at = market(of);
      refuseUnless(at.queueType === 'nodes' && at.queue.includes(node), 'node does not wait');
      take(at, at.queue.indexOf(node));
      return [];
    },
    claim(name: string, runName: string, node: string, now: bigint): Effect[] {
      refuseUnless(job(name).state === 3, 'job is not stopped');
      return [startRun(runName, { job: name, node, payer: node }, now)];
    },
    finish(runName: string, result: string, user: string, now: bigint): Effect[] {
      const { job: name } = run(runName);
      const of = job(name);
      const effects = settle(name, runName, now, user);
      of.result = result;
      return effects;
    },
    complete(name: string, result: string): Effect[] {
      const of = job(name);
      refuseUnless(of.state === 2 && of.result === null, 'job takes no result');
      of.result = result;
      return [];
    },
    quit(runName: string): Effect[] {
      job(run(runName).job).state = 3;
      runs.delete(runName);
      return [];
    },
    quitAdmin(runName: string): Effect[] {
      run(runName);
      runs.delete(runName);
      return [];
    },
    clean(name: string, now: bigint): Effect[] {
      const of = job(name);
      refuseUnless(of.state === 2 && now - of.end > market(of.market).expiration, 'job is not over');
      jobs.delete(name);
      return [];
    },
    cleanAdmin(name: string): Effect[] {
      job(name);
      jobs.delete(name);
      return [];
    },
  };
}
