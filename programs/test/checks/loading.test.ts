import { AccountRole, type Address, type Instruction } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { putTokenAccount } from '../support/accounts.js';
import { JOBS, REWARDS, STAKING, SYSTEM, TOKEN } from '../support/addresses.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, editor, expectError } from '../support/expectations.js';
import { describeFailures, type FailingCase, wireName } from '../support/failing.js';
import { createMarketplace, createNetwork, type Marketplace, type Network } from '../support/marketplace.js';
import { INSTRUCTIONS, type InstructionName } from '../support/situations.js';

const NAMES = Object.keys(INSTRUCTIONS) as InstructionName[];

/** Accounts that an instruction creates: there is nothing to load. */
const CREATED: Partial<Record<InstructionName, readonly string[]>> = {
  list: ['job', 'run'],
  assign: ['job', 'run'],
  work: ['run'],
  claim: ['run'],
};

/** Program that owns each kind of account that is loaded as data. */
const STATE_OWNERS: Readonly<Record<string, Address>> = {
  market: JOBS,
  job: JOBS,
  run: JOBS,
  stake: STAKING,
  rewardsReflection: REWARDS,
};
const TOKEN_ACCOUNTS = new Set(['vault', 'user', 'deposit', 'rewardsVault', 'nft']);
const PROGRAMS = new Set(['tokenProgram', 'systemProgram', 'rewardsProgram']);

const eachAccount = (of: InstructionName): string[] =>
  Object.keys(INSTRUCTIONS[of].accounts).filter((name) => !CREATED[of]?.includes(name));

function loadingCases(of: InstructionName): FailingCase[] {
  return eachAccount(of).flatMap((name) => {
    const from = { account: wireName(name) };
    const owner = STATE_OWNERS[name];
    const put = (data: Uint8Array, program: Address): FailingCase['spoil'] => {
      return ({ instruction }, place, edit) => {
        const address = place.network.addresses.next();
        place.chain.putAccount(address, program, data);
        return edit.replace(instruction, name, address);
      };
    };
    const absent: FailingCase['spoil'] = ({ instruction }, place, edit) =>
      edit.replace(instruction, name, place.network.addresses.next());
    if (owner !== undefined) {
      const wrongOwner = owner === JOBS ? STAKING : JOBS;
      return [
        {
          of,
          because: `${name} does not exist`,
          spoil: absent,
          error: ANCHOR_ERRORS.AccountNotInitialized,
          from,
        },
        {
          of,
          because: `${name} is another program's`,
          spoil: put(new Uint8Array(240), wrongOwner),
          error: ANCHOR_ERRORS.AccountOwnedByWrongProgram,
          from,
        },
        {
          of,
          because: `${name} is another kind of account`,
          spoil: put(new Uint8Array(240), owner),
          error: ANCHOR_ERRORS.AccountDiscriminatorMismatch,
          from,
        },
        {
          of,
          because: `${name} has no discriminator`,
          spoil: put(new Uint8Array(7), owner),
          error: ANCHOR_ERRORS.AccountDiscriminatorNotFound,
          from,
        },
        {
          of,
          because: `${name} ends early`,
          spoil: ({ instruction }, place, edit) => {
            const original =
              instruction.accounts?.[Number((INSTRUCTIONS[of].accounts as Record<string, number>)[name])];
            const address = place.network.addresses.next();
            const data = original === undefined ? new Uint8Array() : place.chain.dataOf(original.address);
            place.chain.putAccount(address, owner, data.slice(0, 80));
            return edit.replace(instruction, name, address);
          },
          error: ANCHOR_ERRORS.AccountDidNotDeserialize,
          from,
        },
      ];
    }
    if (TOKEN_ACCOUNTS.has(name)) {
      return [
        {
          of,
          because: `${name} does not exist`,
          spoil: absent,
          error: ANCHOR_ERRORS.AccountNotInitialized,
          from,
        },
        {
          of,
          because: `${name} is no token account`,
          spoil: put(new Uint8Array(165), JOBS),
          error: ANCHOR_ERRORS.AccountOwnedByWrongProgram,
          from,
        },
      ];
    }
    if (PROGRAMS.has(name)) {
      return [
        {
          of,
          because: `${name} is another program`,
          spoil: absent,
          error: ANCHOR_ERRORS.InvalidProgramId,
          from,
        },
      ];
    }
    return [];
  });
}

/** Signers, apart from those whose lack of a signature the runtime reports, or that have an error of their own. */
function signerCases(of: InstructionName): FailingCase[] {
  return eachAccount(of)
    .filter(
      (name) =>
        name === 'authority' ||
        (name === 'payer' && ['list', 'assign', 'extend', 'work', 'claim'].includes(of)),
    )
    .map((name) => ({
      of,
      because: `${name} did not sign`,
      spoil: ({ instruction }, _place, edit) => edit.unsign(instruction, name),
      error: ANCHOR_ERRORS.AccountNotSigner,
      from: { account: wireName(name) },
    }));
}

/** Accounts whose writability only the runtime asks for: they are created, pay for that, or receive a market's rent. */
const WRITABLE_FOR_RUNTIME: Partial<Record<InstructionName, readonly string[]>> = {
  list: ['job', 'payer'],
  assign: ['job', 'run', 'payer'],
  claim: ['run', 'payer'],
  close: ['authority'],
  closeAdmin: ['authority'],
};
/** All others that must be. */
const WRITABLE: Readonly<Record<InstructionName, readonly string[]>> = {
  update: ['market'],
  close: ['market', 'vault', 'user'],
  closeAdmin: ['market', 'vault', 'user'],
  list: ['market', 'run', 'user', 'vault', 'rewardsReflection', 'rewardsVault'],
  assign: ['market', 'user', 'vault', 'rewardsReflection', 'rewardsVault'],
  delist: ['job', 'market', 'deposit', 'payer', 'vault', 'authority'],
  extend: ['job', 'user', 'vault', 'rewardsReflection', 'rewardsVault'],
  end: ['job', 'run', 'deposit', 'user', 'vault', 'payer', 'authority'],
  recover: ['job', 'vault', 'user', 'payer'],
  work: ['run', 'market', 'payer'],
  stop: ['market'],
  claim: ['job'],
  finish: ['job', 'run', 'vault', 'deposit', 'user', 'payerRun', 'payerJob'],
  complete: ['job'],
  quit: ['job', 'run', 'payer'],
  quitAdmin: ['run', 'payer'],
  clean: ['job', 'payer'],
  cleanAdmin: ['job', 'payer'],
};

const writableCases = (of: InstructionName): FailingCase[] =>
  WRITABLE[of].map((name) => ({
    of,
    because: `${name} is not writable`,
    spoil: ({ instruction }, _place, edit) => edit.freeze(instruction, name),
    error: ANCHOR_ERRORS.ConstraintMut,
    from: { account: wireName(name) },
  }));

describeFailures('every account is loaded', NAMES.flatMap(loadingCases));
describeFailures('every signer signs', NAMES.flatMap(signerCases));
describeFailures('accounts that change are writable', NAMES.flatMap(writableCases));

describe('an instruction as a whole', () => {
  let network: Network;
  let place: Marketplace;
  beforeAll(async () => {
    network = await createNetwork();
    place = await createMarketplace(network);
  });

  it('the tables of writable accounts agree with the generated client', async () => {
    for (const name of NAMES) {
      const { instruction } = await INSTRUCTIONS[name].prepare(await createMarketplace(network));
      const writable = Object.entries(INSTRUCTIONS[name].accounts)
        .filter(([, index]) => ((instruction.accounts?.[index]?.role ?? 0) & AccountRole.WRITABLE) !== 0)
        .map(([account]) => account);
      expect(writable.sort()).toEqual([...WRITABLE[name], ...(WRITABLE_FOR_RUNTIME[name] ?? [])].sort());
    }
  });

  for (const name of NAMES) {
    it(`${name}: an account is missing -> 3005`, async () => {
      const { instruction } = await INSTRUCTIONS[name].prepare(await createMarketplace(network));
      const accounts = instruction.accounts?.slice(0, -1) ?? [];
      const last = Object.keys(INSTRUCTIONS[name].accounts).at(-1) ?? '';
      expectError(place.send({ ...instruction, accounts }), ANCHOR_ERRORS.AccountNotEnoughKeys, {
        account: wireName(last),
      });
    });
  }

  it('accounts beyond those it needs are ignored', async () => {
    const other = await createMarketplace(network);
    const { instruction } = INSTRUCTIONS.update.prepare(other);
    const extra = Array.from({ length: 40 }, () => ({
      address: network.addresses.next(),
      role: AccountRole.READONLY,
    }));
    const repeated = { address: other.market, role: AccountRole.READONLY };
    other.succeed({ ...instruction, accounts: [...(instruction.accounts ?? []), ...extra, repeated] });
  });

  it('data after the arguments is ignored', async () => {
    const { instruction } = INSTRUCTIONS.update.prepare(place);
    place.succeed({ ...instruction, data: Uint8Array.from([...(instruction.data ?? []), 1, 2, 3]) });
  });

  for (const name of ['update', 'list', 'assign', 'extend', 'finish', 'complete'] as const) {
    it(`${name}: arguments end early -> 102`, async () => {
      const { instruction } = await INSTRUCTIONS[name].prepare(await createMarketplace(network));
      const data = instruction.data?.slice(0, -1) ?? new Uint8Array();
      expectError(
        place.send({ ...instruction, data }),
        ANCHOR_ERRORS.InstructionDidNotDeserialize,
        'nowhere',
      );
    });
  }

  const call = (data: number[]): Instruction => ({
    programAddress: JOBS,
    accounts: [],
    data: Uint8Array.from(data),
  });
  it.each([
    ['no data', []],
    ['seven bytes', [1, 2, 3, 4, 5, 6, 7]],
    ['an unknown discriminator', [1, 2, 3, 4, 5, 6, 7, 8]],
  ])('%s -> 101', (_case, data) => {
    const outcome = place.send(call(data));
    expectError(outcome, ANCHOR_ERRORS.InstructionFallbackNotFound, 'nowhere');
    expect(outcome.logs.join('\n')).not.toContain('Instruction:');
  });

  it('two equal keys that should differ, or differ that should be equal, are shown', async () => {
    const edit = editor(INSTRUCTIONS.update.accounts);
    const { instruction } = INSTRUCTIONS.update.prepare(place);
    const outcome = place.send(edit.replace(instruction, 'authority', place.stranger.address));
    expectError(outcome, COMMON_ERRORS.Unauthorized, { account: 'market' });
    const lines = outcome.logs.slice(outcome.logs.findIndex((log) => log.includes('AnchorError')) + 1, -2);
    expect(lines).toEqual([
      'Program log: Left:',
      `Program log: ${place.authority.address}`,
      'Program log: Right:',
      `Program log: ${place.stranger.address}`,
    ]);
  });

  it('token accounts of a wrong size or without content fail as built-in errors', async () => {
    const other = await createMarketplace(network);
    const { instruction } = INSTRUCTIONS.list.prepare(other);
    const edit = editor(INSTRUCTIONS.list.accounts);
    const [short, empty] = [network.addresses.next(), network.addresses.next()];
    other.chain.putAccount(short, TOKEN, new Uint8Array(82));
    putTokenAccount(other.chain, empty, { owner: SYSTEM, initialized: false });
    const invalid = other.send(edit.replace(instruction, 'user', short));
    expect(invalid.failure).toContain('InvalidAccountData');
    expect(invalid.logs).toContain(
      "Program log: ProgramError caused by account: user. Error Code: InvalidAccountData. Error Number: 17179869184. Error Message: An account's data contents was invalid.",
    );
    expect(other.send(edit.replace(instruction, 'user', empty)).failure).toContain('UninitializedAccount');
  });
});
