import { type Address, address, type Instruction } from '@solana/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANCHOR_ERRORS, editor, expectError, type Origin, type ProgramError } from './expectations.js';
import { wireName } from './failing.js';
import type { ProgramWorld } from './program-world.js';

/** What an account must be before anything else is looked at. `created`: by the instruction. `any`: not loaded. */
type AccountKind = 'state' | 'tokens' | 'mint' | 'program' | 'rent' | 'signer' | 'created' | 'any';

interface AccountFact {
  readonly kind: AccountKind;
  /** Of a state account: the program that owns it, and how many bytes are read at least. */
  readonly owner?: Address;
  readonly size?: number;
  readonly writable?: boolean;
}

/** An instruction that would succeed; tables add what their cases need to know of it. */
interface Prepared {
  readonly instruction: Instruction;
}

interface InstructionFacts<World, P> {
  readonly program: Address;
  /** In the order of the wire. */
  readonly accounts: Readonly<Record<string, AccountFact>>;
  readonly hasArguments: boolean;
  prepare(world: World): Promise<P>;
}

export type ProgramTable<World, P extends Prepared, Name extends string = string> = Readonly<
  Record<Name, InstructionFacts<World, P>>
>;

export interface ProgramCase<World, P> {
  readonly of: string;
  /** What is wrong, in words. */
  readonly because: string;
  /** Makes the prepared instruction, or its surroundings, wrong in one way. */
  readonly spoil: (
    prepared: P,
    world: World,
    edit: ReturnType<typeof editor>,
  ) => Instruction | Promise<Instruction>;
  readonly error: ProgramError | undefined;
  readonly from: Origin;
}

/** A quarter of what an instruction gets by default. */
const COMPUTE_UNITS = 50_000n;

const NOBODYS_PROGRAM = address('BPFLoaderUpgradeab1e11111111111111111111111');

function factsOf<World, P extends Prepared>(
  table: ProgramTable<World, P>,
  name: string,
): InstructionFacts<World, P> {
  const facts = table[name];
  if (facts === undefined) throw new Error(`the table has no instruction "${name}"`);
  return facts;
}

const indexes = (accounts: Readonly<Record<string, AccountFact>>): Record<string, number> =>
  Object.fromEntries(Object.keys(accounts).map((name, index) => [name, index]));

/** One test for each case: the instruction fails with its error. */
export function describeProgramFailures<World extends ProgramWorld, P extends Prepared>(
  title: string,
  create: () => Promise<World>,
  table: ProgramTable<World, P>,
  cases: readonly ProgramCase<World, P>[],
): void {
  describe(title, () => {
    let world: World;
    beforeAll(async () => {
      world = await create();
    });
    for (const { of, because, spoil, error, from } of cases) {
      it(`${of}: ${because} -> ${error?.number} ${error?.name}`, async () => {
        const facts = factsOf(table, of);
        const prepared = await facts.prepare(world);
        const spoiled = await spoil(prepared, world, editor(indexes(facts.accounts)));
        expectError(world.send(spoiled), error, from);
      });
    }
  });
}

function casesOfAccount<World extends ProgramWorld, P extends Prepared>(
  of: string,
  index: number,
  name: string,
  { kind, owner, size = 0, writable = false }: AccountFact,
): ProgramCase<World, P>[] {
  type Spoil = ProgramCase<World, P>['spoil'];
  const fails = (what: string, error: ProgramError | undefined, spoil: Spoil): ProgramCase<World, P> => ({
    of,
    because: `${name} ${what}`,
    spoil,
    error,
    from: { account: wireName(name) },
  });
  const absent: Spoil = ({ instruction }, world, edit) =>
    edit.replace(instruction, name, world.addresses.next());
  const put =
    (program: Address, data: (original: Uint8Array) => Uint8Array): Spoil =>
    ({ instruction }, world, edit) => {
      const original = instruction.accounts?.[index]?.address;
      const replacement = world.addresses.next();
      const bytes = original === undefined ? new Uint8Array() : world.chain.dataOf(original);
      world.chain.putAccount(replacement, program, data(bytes));
      return edit.replace(instruction, name, replacement);
    };
  const { AccountNotInitialized, AccountOwnedByWrongProgram, AccountDiscriminatorMismatch } = ANCHOR_ERRORS;
  const byKind: Partial<Record<AccountKind, ProgramCase<World, P>[]>> = {
    signer: [
      fails('did not sign', ANCHOR_ERRORS.AccountNotSigner, ({ instruction }, _world, edit) =>
        edit.unsign(instruction, name),
      ),
    ],
    program: [fails('is another program', ANCHOR_ERRORS.InvalidProgramId, absent)],
    rent: [fails('is not the sysvar', ANCHOR_ERRORS.AccountSysvarMismatch, absent)],
  };
  const loaded = [
    fails('does not exist', AccountNotInitialized, absent),
    fails(
      "is another program's",
      AccountOwnedByWrongProgram,
      put(NOBODYS_PROGRAM, (bytes) => bytes),
    ),
  ];
  const state = (program: Address) => [
    ...loaded,
    fails(
      'is another kind of account',
      AccountDiscriminatorMismatch,
      put(program, (bytes) => new Uint8Array(bytes.length)),
    ),
    fails(
      'has no discriminator',
      ANCHOR_ERRORS.AccountDiscriminatorNotFound,
      put(program, (bytes) => bytes.slice(0, 7)),
    ),
    fails(
      'ends early',
      ANCHOR_ERRORS.AccountDidNotDeserialize,
      put(program, (bytes) => bytes.slice(0, size - 1)),
    ),
  ];
  const cases =
    owner !== undefined ? state(owner) : kind === 'tokens' || kind === 'mint' ? loaded : (byKind[kind] ?? []);
  if (!writable || kind === 'created') return cases;
  const frozen = fails('is not writable', ANCHOR_ERRORS.ConstraintMut, ({ instruction }, _world, edit) =>
    edit.freeze(instruction, name),
  );
  return [...cases, frozen];
}

/**
 * What holds for all instructions of a program: every account is loaded, signers sign, accounts that change are
 * writable, none is missing, arguments are whole, and what is no instruction is refused.
 */
export function describeAccounts<World extends ProgramWorld, P extends Prepared>(
  create: () => Promise<World>,
  table: ProgramTable<World, P>,
): void {
  const cases = Object.entries(table).flatMap(([of, { accounts }]) =>
    Object.entries(accounts).flatMap(([name, fact], index) =>
      casesOfAccount<World, P>(of, index, name, fact),
    ),
  );
  describeProgramFailures('every account is what it must be', create, table, cases);

  describe('an instruction as a whole', () => {
    let world: World;
    beforeAll(async () => {
      world = await create();
    });
    for (const [name, facts] of Object.entries(table)) {
      it(`${name}: succeeds as prepared, and its last account is needed`, async () => {
        const { instruction } = await facts.prepare(world);
        const accounts = instruction.accounts?.slice(0, -1) ?? [];
        const last = Object.keys(facts.accounts).at(-1) ?? '';
        expectError(world.send({ ...instruction, accounts }), ANCHOR_ERRORS.AccountNotEnoughKeys, {
          account: wireName(last),
        });
        expect(instruction.accounts).toHaveLength(Object.keys(facts.accounts).length);
        expect(world.succeed(instruction).computeUnits).toBeLessThan(COMPUTE_UNITS);
      });
      if (!facts.hasArguments) continue;
      it(`${name}: arguments end early -> 102`, async () => {
        const { instruction } = await facts.prepare(world);
        const data = instruction.data?.slice(0, -1) ?? new Uint8Array();
        const outcome = world.send({ ...instruction, data });
        expectError(outcome, ANCHOR_ERRORS.InstructionDidNotDeserialize, 'nowhere');
      });
    }
    it.each([
      ['seven bytes', [1, 2, 3, 4, 5, 6, 7]],
      ['an unknown discriminator', [1, 2, 3, 4, 5, 6, 7, 8]],
    ])('%s -> 101', (_what, data) => {
      const program = Object.values(table)[0]?.program;
      if (program === undefined) throw new Error('the table is empty');
      const outcome = world.send({ programAddress: program, accounts: [], data: Uint8Array.from(data) });
      expectError(outcome, ANCHOR_ERRORS.InstructionFallbackNotFound, 'nowhere');
    });
  });
}
