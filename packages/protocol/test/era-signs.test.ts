import { describe, expect, it } from 'vitest';
import { decodeTransaction } from '../src/events/decode.js';
import type { ProtocolEvent } from '../src/events/event.js';
import { addr } from './support/addresses.js';
import { callIn, expectedAccounts, MAINNET, NO_JOB, NO_RUN, named } from './support/call.js';
import { type Call, createChain, type Effect } from './support/chain.js';
import { noonOf } from './support/eras.js';
import { formOf } from './support/forms.js';

const on = (date: string): bigint => BigInt(Date.parse(`${date}T12:00:00Z`) / 1000);

function eventOf(call: Call, blockTime: bigint | null): ProtocolEvent {
  const [event] = decodeTransaction(createChain().tx([call], { blockTime }), MAINNET);
  if (!event) throw new Error('no event');
  return event;
}

const pays = (amount: bigint, from: string, to: string): Effect => ({
  transfers: amount,
  from: named(from),
  to: named(to),
});
const movesOf = ({ movements }: ProtocolEvent) =>
  movements.map(({ from, to, amount }) => [from, to, amount] as const);

describe('who was paid and who got the rest, in the eras with two orders', () => {
  const [h, j] = [formOf('finish', 'H'), formOf('finish', 'J')];
  const settles = [pays(30n, 'vault', 'user'), pays(70n, 'vault', 'deposit')];
  const strangers = { deposit: addr('no token account of the project') };

  it.each([
    ['the order of the transfers', settles.map((each) => each), '2025-01-05', strangers],
    ['whose token account it is', [], '2025-01-05', {}],
    ['the date', [], '2024-12-01', strangers],
  ])('is told by %s', (_, effects, date, instead) => {
    const moved = effects.map((effect) =>
      'transfers' in effect && effect.to === named('deposit') && 'deposit' in instead
        ? { ...effect, to: strangers.deposit }
        : effect,
    );
    expect(eventOf(callIn(h, moved, instead), on(date))).toMatchObject({
      form: 'H',
      accounts: expectedAccounts(h, instead),
    });
  });

  it.each([
    ['the order of the transfers', true, '2024-12-01', strangers],
    ['whose token account it is', false, '2024-12-01', {}],
    ['the date', false, '2025-01-05', strangers],
  ])('is told by %s, the other way round', (_, transfers, date, instead) => {
    const to = 'deposit' in instead ? strangers.deposit : named('deposit');
    const moved = transfers ? [pays(30n, 'vault', 'user'), { ...pays(70n, 'vault', 'deposit'), to }] : [];
    expect(eventOf(callIn(j, moved, instead), on(date))).toMatchObject({
      form: 'J',
      accounts: expectedAccounts(j, instead),
    });
  });

  it('does not matter where both are the same account', () => {
    const same = { user: named('deposit') };
    expect(eventOf(callIn(h, [], same), on('2025-01-05')).accounts).toMatchObject({
      user: named('deposit'),
      deposit: named('deposit'),
    });
  });
});

describe('where the vault stands in a listing', () => {
  const [e, e3] = [formOf('list', 'E'), formOf('list', 'E3')];
  const noVault = { vault: addr('a vault that is not derived') };

  it('is told by its address, else by the date', () => {
    expect(eventOf(callIn(e), on('2022-11-20')).form).toBe('E');
    expect(eventOf(callIn(e3), on('2022-10-12')).form).toBe('E3');
    expect(eventOf(callIn(e, [], noVault), on('2022-10-12')).form).toBe('E');
    expect(eventOf(callIn(e3, [], noVault), on('2022-11-20')).form).toBe('E3');
    expect(eventOf(callIn(e3), on('2023-05-01'))).toMatchObject({
      form: 'E3',
      accounts: expectedAccounts(e3),
    });
  });
});

describe('a project that stops and a node that stops', () => {
  it('are told apart by the address of the project', () => {
    expect(eventOf(callIn(formOf('stop', 'B')), on('2022-11-01'))).toMatchObject({
      form: 'B',
      project: named('authority'),
    });
    expect(eventOf(callIn(formOf('stop', 'D')), on('2022-11-01'))).toMatchObject({
      form: 'D',
      node: named('authority'),
    });
  });
});

describe('new terms of a market in 49 bytes', () => {
  const [f, i] = [formOf('update', 'F'), formOf('update', 'I')];
  const withoutTimeout = (call: Call): Call => {
    const data = call.data.slice();
    data.fill(0, 41);
    return { ...call, data };
  };

  it('end with half a score of 0 while both forms are possible', () => {
    expect(eventOf(callIn(f), on('2024-01-05')).form).toBe('F');
    expect(eventOf(callIn(i), on('2024-01-05')).form).toBe('I');
    expect(eventOf(callIn(f), null).form).toBe('F');
    expect(eventOf(callIn(i), null).form).toBe('I');
  });

  it('are read by the date where it allows one form only', () => {
    expect(eventOf(callIn(i), on('2023-09-01')).form).toBe('F');
    expect(eventOf(withoutTimeout(callIn(i)), on('2024-12-01'))).toMatchObject({
      form: 'I',
      args: { jobTimeout: '0', nodeStakeMinimum: '5000000' },
    });
  });

  it('of 41 bytes changed their form with the price per second', () => {
    expect(eventOf(callIn(formOf('update', 'D')), on('2023-09-11')).form).toBe('D');
    expect(eventOf(callIn(formOf('update', 'H')), on('2023-09-13')).form).toBe('H');
  });
});

describe('a match', () => {
  const made = (name: string, bytes: bigint): Effect[] => [{ creates: named(name), bytes }];

  it('is the job that was made in D', () => {
    for (const name of ['list', 'work']) {
      const form = formOf(name, 'D');
      expect(eventOf(callIn(form, made('job', 232n)), noonOf('D'))).toMatchObject({
        form: 'D',
        job: named('job'),
      });
      expect(eventOf(callIn(form, [], { job: NO_JOB }), noonOf('E'))).toMatchObject({
        form: 'D',
        job: null,
        run: null,
        market: named('market'),
      });
    }
  });

  it('is the run that was made since E', () => {
    for (const form of [
      formOf('list', 'E'),
      formOf('list', 'E3'),
      formOf('list', 'I'),
      formOf('work', 'E'),
    ]) {
      const at = form.form === 'I' ? noonOf('K') : noonOf('E');
      expect(eventOf(callIn(form, made('run', 120n)), at)).toMatchObject({
        form: form.form,
        run: named('run'),
      });
      expect(eventOf(callIn(form, [], { run: NO_RUN }), at)).toMatchObject({ form: form.form, run: null });
      expect(eventOf(callIn(form), at).run).toBeNull();
    }
  });

  it('of a node tells D from E by what was made, else by who was named, else by the date', () => {
    const [d, e] = [formOf('work', 'D'), formOf('work', 'E')];
    expect(eventOf(callIn(d, made('job', 232n)), noonOf('F')).form).toBe('D');
    expect(eventOf(callIn(e, made('run', 120n)), noonOf('D')).form).toBe('E');
    expect(eventOf(callIn(d, [], { job: NO_JOB }), noonOf('F')).form).toBe('D');
    expect(eventOf(callIn(e, [], { run: NO_RUN }), noonOf('D')).form).toBe('E');
    expect(eventOf(callIn(d), noonOf('D')).form).toBe('D');
    expect(eventOf(callIn(e), noonOf('E')).form).toBe('E');
  });
});

describe('money in old forms', () => {
  it.each([
    ['createJob', 'A', 'A', [pays(9n, 'user', 'oldVault')]],
    ['finish', 'B', 'B', [pays(9n, 'oldVault', 'user')]],
    ['create', 'C2', 'C2', [pays(50n, 'user', 'vault'), pays(5n, 'user', 'rewardsVault')]],
    ['list', 'E3', 'G', [pays(50n, 'user', 'vault'), pays(5n, 'user', 'rewardsVault')]],
    ['finish', 'E', 'G', [pays(50n, 'vault', 'user')]],
    ['finish', 'H', 'H', [pays(20n, 'vault', 'user'), pays(30n, 'vault', 'deposit')]],
    ['recover', 'D', 'D', [pays(50n, 'vault', 'user')]],
    ['close', 'C', 'C4', [pays(50n, 'vault', 'user')]],
  ] as const)('%s of %s moves what its inner transfers say', (name, form, era, effects) => {
    const call = callIn(formOf(name, form), effects);
    expect(movesOf(eventOf(call, noonOf(era)))).toEqual(
      effects.map((effect) => 'transfers' in effect && [effect.from, effect.to, effect.transfers]),
    );
  });
});

describe('a published interface', () => {
  it('is no instruction of the program, and kept', () => {
    const data = Uint8Array.from(Buffer.from('40f4bc78a7e9690a0102ff', 'hex'));
    const call = { ...callIn(formOf('quit', 'D')), data };
    expect(eventOf(call, on('2023-01-01'))).toMatchObject({
      instruction: 'idl',
      accounts: { 0: named('job'), 1: named('authority') },
      args: { data: '40f4bc78a7e9690a0102ff' },
      job: null,
    });
  });
});
