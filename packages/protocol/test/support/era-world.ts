import type { Address } from '@solana/kit';
import type { ChainTransaction } from '../../src/chain/transaction.js';
import { addr } from './addresses.js';
import { callIn, MAINNET, NO_JOB, NO_RUN, named } from './call.js';
import { createChain, type Effect } from './chain.js';
import { formOf } from './forms.js';
import { type Replay, replay } from './replay.js';

/** Made-up accounts of one call: who plays `job`, `run`, `authority`, … */
type Parts = Readonly<Record<string, string | Address>>;

const pays = (amount: bigint, from: string, to: string): Effect => ({
  transfers: amount,
  from: named(from),
  to: named(to),
});

/** One market in some era: every word is a call in the form that it had, with the transfers that the story wants. */
export function createEraWorld(date: string) {
  const chain = createChain(BigInt(Date.parse(`${date}T12:00:00Z`) / 1000));
  const history: ChainTransaction[] = [];
  const call = (name: string, form: string, parts: Parts = {}, effects: readonly Effect[] = []) => {
    chain.wait(10n);
    const instead = Object.fromEntries(
      Object.entries(parts).map(([part, who]) => [part, who === NO_JOB || who === NO_RUN ? who : addr(who)]),
    );
    history.push(chain.tx([callIn(formOf(name, form), effects, instead)]));
  };
  return {
    history,
    call,
    now: chain.now,
    wait: chain.wait,
    /** Goes on in another era. */
    until(day: string) {
      chain.wait(BigInt(Date.parse(`${day}T12:00:00Z`) / 1000) - chain.now());
    },
    pays,
    /** The transfers of a deposit with the fee of that time, and of a payment from the vault. */
    deposit: (amount: bigint, fee = amount / 10n) => [
      pays(amount, 'user', 'vault'),
      ...(fee > 0n ? [pays(fee, 'user', 'rewardsVault')] : []),
    ],
    payment: (amount: bigint, refund?: bigint) => [
      pays(amount, 'vault', 'user'),
      ...(refund === undefined ? [] : [pays(refund, 'vault', 'deposit')]),
    ],
    makes: (what: string, bytes = 120n): Effect => ({ creates: addr(what), bytes }),
    seen: (): Replay => replay(history, undefined, MAINNET),
  };
}
