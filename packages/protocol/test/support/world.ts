import type { Address, Instruction } from '@solana/kit';
import type { ChainTransaction, TokenBalanceChange } from '../../src/chain/transaction.js';
import { addr } from './addresses.js';
import { type Call, callOf, createChain, type Effect, wrapped } from './chain.js';
import { instructions, network, type Terms } from './instructions.js';
import { createProgram, type ListArgs, Refusal, tokensName, vaultName } from './program.js';

const TERMS: Terms = { price: 10n, timeout: 3600n, type: 0, expiration: 100n };
const WEALTH = 10n ** 15n;

/**
 * A small network to tell stories about: each word becomes a transaction with the calls, created accounts, transfers
 * and balances that the program would make. Refused words become failed transactions.
 */
export function createWorld() {
  const chain = createChain();
  const program = createProgram();
  const balances = new Map<Address, bigint>();
  const owners = new Map<Address, Address>();
  const history: ChainTransaction[] = [];
  let runCount = 0;
  let batch: Call[] | null = null;
  let touched = new Map<Address, bigint | null>();

  const touch = (account: Address) => {
    if (!touched.has(account)) touched.set(account, balances.get(account) ?? null);
  };
  const move = (account: Address, amount: bigint) => {
    touch(account);
    balances.set(account, (balances.get(account) ?? WEALTH) + amount);
  };
  const settleEffects = (effects: readonly Effect[]) => {
    for (const effect of effects) {
      if (!('transfers' in effect)) continue;
      move(effect.from, -effect.transfers);
      move(effect.to, effect.transfers);
    }
  };
  const tokenBalances = (): TokenBalanceChange[] =>
    [...touched].map(([account, before]) => ({
      account,
      mint: network.nosMint,
      owner: owners.get(account) ?? null,
      before,
      after: balances.get(account) ?? null,
    }));
  const commit = (calls: readonly Call[], error?: string) => {
    const options = { tokenBalances: error === undefined ? tokenBalances() : [] };
    const tx = chain.tx(calls, error === undefined ? options : { ...options, error });
    history.push(tx);
    touched = new Map();
    return tx;
  };

  /** Lets the program rule, and writes down the transaction. Returns whether it accepted. */
  const perform = (instruction: Instruction, rule: () => Effect[]): boolean => {
    try {
      const effects = program.atomically(rule);
      settleEffects(effects);
      const call = callOf(instruction, effects);
      if (batch) batch.push(call);
      else commit([call]);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || batch) throw error;
      commit([callOf(instruction)], '{"InstructionError":[0,{"Custom":6000}]}');
      return false;
    }
  };

  const knowOwner = (name: string) => owners.set(addr(tokensName(name)), addr(name));
  const nextRun = () => {
    runCount += 1;
    return `run ${runCount}`;
  };
  const jobOf = (name: string) => program.jobs.get(name);
  const runNamed = (name: string) => program.runs.get(name);
  const partiesOf = (name: string) => {
    const job = jobOf(name);
    return {
      market: job?.market ?? 'nowhere',
      project: job?.project ?? 'nobody',
      payer: job?.payer ?? 'nobody',
    };
  };
  /** The name of the open run of a job. */
  const runOf = (job: string) => [...program.runs].find(([, run]) => run.job === job)?.[0] ?? 'no run';

  return {
    program,
    history,
    balances,
    now: chain.now,
    wait: chain.wait,
    runOf,
    open(market: string, terms: Partial<Terms> = {}) {
      const full = { ...TERMS, ...terms };
      const vault = addr(vaultName(market));
      const accepted = perform(instructions.open(market, 'market owner', full), () =>
        program.open(market, full),
      );
      if (!accepted) return false;
      owners.set(vault, vault);
      balances.set(vault, 0n);
      knowOwner('market owner');
      return true;
    },
    update(market: string, terms: Partial<Terms> = {}) {
      const full = { ...TERMS, ...terms };
      const { price, type, expiration } = full;
      return perform(instructions.update(market, 'market owner', full), () =>
        program.update(market, { price, type, expiration }),
      );
    },
    close(market: string, byAdmin = false) {
      const build = byAdmin ? instructions.closeAdmin : instructions.close;
      knowOwner('market owner');
      const accepted = perform(build(market, 'market owner'), () => program.close(market, 'market owner'));
      if (accepted) balances.delete(addr(vaultName(market)));
      return accepted;
    },
    list(job: string, args: ListArgs) {
      const run = nextRun();
      knowOwner(args.payer ?? args.by);
      return perform(instructions.list(job, run, args), () => program.list(job, run, args, chain.now()));
    },
    assign(job: string, node: string, args: ListArgs) {
      const run = nextRun();
      knowOwner(args.payer ?? args.by);
      return perform(instructions.assign(job, run, node, args), () =>
        program.assign(job, run, node, args, chain.now()),
      );
    },
    delist(job: string) {
      const { market, project, payer } = partiesOf(job);
      return perform(instructions.delist(job, market, project, payer), () => program.delist(job));
    },
    extend(job: string, timeout: bigint) {
      const { market, project, payer } = partiesOf(job);
      return perform(instructions.extend(job, market, project, payer, timeout), () =>
        program.extend(job, timeout),
      );
    },
    end(job: string, run = runOf(job)) {
      const { node = 'nobody', payer: runPayer = 'nobody' } = runNamed(run) ?? {};
      knowOwner(node);
      return perform(instructions.end(job, run, { ...partiesOf(job), node, runPayer }), () =>
        program.end(job, run, chain.now()),
      );
    },
    recover(job: string) {
      const { market, project, payer } = partiesOf(job);
      return perform(instructions.recover(job, market, project, payer), () => program.recover(job));
    },
    work(node: string, market: string) {
      const run = nextRun();
      return perform(instructions.work(node, run, market), () =>
        program.work(node, run, market, chain.now()),
      );
    },
    stop(node: string, market: string, by = node) {
      return perform(instructions.stop(node, market, by), () => program.stop(node, market));
    },
    claim(job: string, node: string) {
      const run = nextRun();
      return perform(instructions.claim(job, run, partiesOf(job).market, node), () =>
        program.claim(job, run, node, chain.now()),
      );
    },
    finish(job: string, options: { run?: string; user?: string; result?: string } = {}) {
      const run = options.run ?? runOf(job);
      const { node = 'nobody', payer: runPayer = 'nobody' } = runNamed(run) ?? {};
      const { user = tokensName(node), result = `result of ${job}` } = options;
      knowOwner(node);
      return perform(instructions.finish(job, run, { ...partiesOf(job), node, runPayer, user, result }), () =>
        program.finish(run, result, user, chain.now()),
      );
    },
    complete(job: string) {
      const result = `late result of ${job}`;
      return perform(instructions.complete(job, jobOf(job)?.node ?? 'nobody', result), () =>
        program.complete(job, result),
      );
    },
    quit(job: string, run = runOf(job)) {
      const { node = 'nobody', payer = 'nobody' } = runNamed(run) ?? {};
      return perform(instructions.quit(job, run, node, payer), () => program.quit(run));
    },
    quitAdmin(run: string) {
      return perform(instructions.quitAdmin(run, runNamed(run)?.payer ?? 'nobody'), () =>
        program.quitAdmin(run),
      );
    },
    clean(job: string) {
      const { market, payer } = partiesOf(job);
      return perform(instructions.clean(job, market, payer), () => program.clean(job, chain.now()));
    },
    cleanAdmin(job: string) {
      return perform(instructions.cleanAdmin(job, partiesOf(job).payer), () => program.cleanAdmin(job));
    },
    /** A plain transfer into a vault that the program knows nothing of. */
    gift(market: string, amount: bigint) {
      const effect: Effect = {
        transfers: amount,
        from: addr(tokensName('a stranger')),
        to: addr(vaultName(market)),
      };
      settleEffects([effect]);
      const of = program.markets.get(market);
      if (of) of.vault += amount;
      return commit([wrapped(callOf({ programAddress: addr('some program') }, [effect]))]);
    },
    /** Several words in one transaction; all must be accepted. With `cpi`, a wallet program makes the calls. */
    together(words: () => void, cpi = false) {
      const calls: Call[] = [];
      batch = calls;
      try {
        words();
      } finally {
        batch = null;
      }
      return commit(cpi ? [wrapped(...calls)] : calls);
    },
  };
}
export type World = ReturnType<typeof createWorld>;
