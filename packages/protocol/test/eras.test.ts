import { describe, expect, it } from 'vitest';
import { decodeTransaction } from '../src/events/decode.js';
import type { ProtocolEvent } from '../src/events/event.js';
import { FORMER_JOBS_INSTRUCTIONS, JOBS_INSTRUCTIONS } from '../src/events/names.js';
import { addr } from './support/addresses.js';
import { callIn, expectedAccounts, expectedArgs, expectedRoles, MAINNET, named } from './support/call.js';
import { type Call, createChain, type Effect, wrapped } from './support/chain.js';
import { ERAS, erasIn, noonOf } from './support/eras.js';
import { FORMS, type Form } from './support/forms.js';

const DAY = 86_400n;

const ROWS = FORMS.flatMap((form) => erasIn(form.eras).map((era) => [era, form.name, form] as const));

const decodeAt = (call: Call, blockTime: bigint | null, error?: string): ProtocolEvent | undefined => {
  const options = error === undefined ? { blockTime } : { blockTime, error };
  return decodeTransaction(createChain().tx([call], options), MAINNET)[0];
};

/** What makes a waiting job and node meet, which some forms show. */
function meeting({ name, form }: Form): Effect[] {
  if (name !== 'list' && name !== 'work') return [];
  const [what, bytes] = form === 'D' ? (['job', 232n] as const) : (['run', 120n] as const);
  return [{ creates: named(what), bytes }];
}

const expected = (form: Form) => ({
  program: 'jobs',
  instruction: form.name,
  form: form.form,
  accounts: expectedAccounts(form),
  args: expectedArgs(form),
  ...expectedRoles(form),
});

describe('the forms of the jobs program', () => {
  it('have a row for every instruction that there ever was', () => {
    const names = new Set(FORMS.map(({ name }) => name));
    expect([...names].sort()).toEqual(
      [...new Set([...JOBS_INSTRUCTIONS, ...FORMER_JOBS_INSTRUCTIONS])].sort(),
    );
    expect(new Set(ROWS.map(([era]) => era))).toEqual(new Set(Object.keys(ERAS)));
  });

  it.each(ROWS)('%s: reads %s', (era, _, form) => {
    const call = callIn(form, meeting(form));
    expect(decodeAt(call, noonOf(era))).toMatchObject(expected(form));
    const [inner] = decodeTransaction(createChain().tx([wrapped(call)], { blockTime: noonOf(era) }), MAINNET);
    expect(inner).toMatchObject({ ...expected(form), path: [0, 0] });
  });

  it.each(ROWS.filter(([, , { byDate }]) => !byDate))(
    '%s: reads %s that was on chain two months longer, or at a time that is not known',
    (era, _, form) => {
      const call = callIn(form, meeting(form));
      expect(decodeAt(call, noonOf(era) + 60n * DAY)).toMatchObject(expected(form));
      expect(decodeAt(call, null)).toMatchObject(expected(form));
    },
  );

  const places = ({ accounts }: Form) => accounts.split(' ').length;
  const isLikeAnother = (form: Form) =>
    FORMS.some((other) => other.name === form.name && other !== form && places(other) === places(form) + 1);
  it.each(ROWS.filter(([, , form]) => !isLikeAnother(form)))(
    '%s: reads %s with one more account than it takes',
    (era, _, form) => {
      const call = callIn(form, meeting(form));
      const more = { ...call, accounts: [...call.accounts, addr('one more')] };
      expect(decodeAt(more, noonOf(era))).toMatchObject(expected(form));
    },
  );

  it.each(ROWS)('%s: reads %s that failed', (era, _, form) => {
    const roles = meeting(form).length > 0 ? (form.form === 'D' ? { job: null } : { run: null }) : {};
    expect(decodeAt(callIn(form), noonOf(era), '"x"')).toMatchObject({
      ...expected(form),
      ...roles,
      failed: true,
    });
  });
});
