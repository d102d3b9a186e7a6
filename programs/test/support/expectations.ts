import * as jobs from '@nosana/jobs-program';
import * as staking from '@nosana/stake-program';
import { AccountRole, type Address, type Instruction } from '@solana/kit';
import { expect } from 'vitest';
import type { Outcome } from './chain.js';
import type { Marketplace } from './marketplace.js';

export interface ProgramError {
  readonly number: number;
  readonly name: string;
  readonly message: string;
}

const camel = (constant: string): string =>
  constant
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

function clientErrors(
  client: object,
  prefix: string,
  messageOf: (number: number) => string,
): Readonly<Record<string, ProgramError>> {
  return Object.fromEntries(
    Object.entries(client)
      .filter(([constant]) => constant.startsWith(prefix))
      .map(([constant, value]) => {
        const number = Number(value);
        const name = camel(constant.replace(prefix, ''));
        return [name, { number, name, message: messageOf(number) }];
      }),
  );
}

/** The jobs program's own errors, by the names, numbers and texts of the generated client. */
export const JOBS_ERRORS: Readonly<Record<string, ProgramError>> = clientErrors(
  jobs,
  'NOSANA_JOBS_ERROR__',
  (number) => jobs.getNosanaJobsErrorMessage(number as jobs.NosanaJobsError),
);

const numbered = (from: number, list: readonly (readonly [string, string])[]): Record<string, ProgramError> =>
  Object.fromEntries(list.map(([name, message], index) => [name, { number: from + index, name, message }]));

/** The list that all programs of the network share. */
export const COMMON_ERRORS = numbered(6000, [
  ['Unauthorized', 'This account is not authorized to perform this action.'],
  ['InvalidOwner', 'This account is owned by an invalid program.'],
  ['LamportsNonNull', 'This account has lamports.'],
  ['MissingSignature', 'This account is missing a signature.'],
  ['InvalidAccount', 'This account is not valid.'],
  ['InvalidTokenAccount', 'This token account is not valid.'],
  ['InvalidMint', 'This mint is invalid.'],
  ['InvalidVault', 'This account has an invalid vault.'],
  ['InvalidPayer', 'This payer account is not valid.'],
  ['VaultEmpty', 'This vault is empty.'],
  ['VaultNotEmpty', 'This vault is not empty.'],
  ['InvalidATA', 'This associated token account is not valid.'],
]);

/** The staking program's own, by the names, numbers and texts of the generated client. */
export const STAKING_ERRORS: Readonly<Record<string, ProgramError>> = clientErrors(
  staking,
  'NOSANA_STAKING_ERROR__',
  (number) => staking.getNosanaStakingErrorMessage(number as staking.NosanaStakingError),
);

/** The nodes program's own. */
export const NODES_ERRORS = numbered(6000, [
  ['ArchitectureUnknown', 'This architecture does not exist.'],
  ['CountryCodeUnknown', 'This country does not exist.'],
  ['CpuInvalid', 'CPU value must be greater than zero'],
  ['GpuInvalid', 'GPU value must be greater than zero'],
  ['MemoryInvalid', 'Memory value must be greater than zero'],
  ['IopsInvalid', 'IOPS value must be greater than zero'],
  ['StorageInvalid', 'Storage value must be greater than zero'],
]);

/** Anchor's own. */
export const ANCHOR_ERRORS: Readonly<Record<string, ProgramError>> = Object.fromEntries(
  (
    [
      [101, 'InstructionFallbackNotFound', 'Fallback functions are not supported'],
      [102, 'InstructionDidNotDeserialize', 'The program could not deserialize the given instruction'],
      [2000, 'ConstraintMut', 'A mut constraint was violated'],
      [2006, 'ConstraintSeeds', 'A seeds constraint was violated'],
      [2011, 'ConstraintClose', 'A close constraint was violated'],
      [2014, 'ConstraintTokenMint', 'A token mint constraint was violated'],
      [3001, 'AccountDiscriminatorNotFound', 'No 8 byte discriminator was found on the account'],
      [3002, 'AccountDiscriminatorMismatch', '8 byte discriminator did not match what was expected'],
      [3003, 'AccountDidNotDeserialize', 'Failed to deserialize the account'],
      [3004, 'AccountDidNotSerialize', 'Failed to serialize the account'],
      [3005, 'AccountNotEnoughKeys', 'Not enough account keys given to the instruction'],
      [3007, 'AccountOwnedByWrongProgram', 'The given account is owned by a different program than expected'],
      [3008, 'InvalidProgramId', 'Program ID was not as expected'],
      [3010, 'AccountNotSigner', 'The given account did not sign'],
      [3012, 'AccountNotInitialized', 'The program expected this account to be already initialized'],
      [3015, 'AccountSysvarMismatch', 'The given public key does not match the required sysvar'],
      [
        4101,
        'TryingToInitPayerAsProgramAccount',
        'You cannot/should not initialize the payer account as a program account',
      ],
    ] as const
  ).map(([number, name, message]) => [name, { number, name, message }]),
);

/** Where an error says it comes from: an account by its name on the wire, a line of a source file, or nowhere. */
export type Origin = { readonly account: string } | { readonly file: string } | 'nowhere';

/** The transaction failed with this error, and logged it in the form that clients parse. */
export function expectError(outcome: Outcome, error: ProgramError | undefined, origin: Origin): void {
  if (error === undefined) throw new Error('the test names an error that is not in any list');
  const tail = `. Error Code: ${error.name}. Error Number: ${error.number}. Error Message: ${error.message}.`;
  expect([outcome.errorNumber, ...outcome.logs].join('\n')).toContain(tail);
  expect(outcome.errorNumber).toBe(error.number);
  const line = outcome.logs.find((log) => log.endsWith(tail)) ?? '';
  const head = line.slice(0, -tail.length);
  if (origin === 'nowhere') expect(head).toBe('Program log: AnchorError occurred');
  else if ('account' in origin)
    expect(head).toBe(`Program log: AnchorError caused by account: ${origin.account}`);
  else expect(head).toMatch(new RegExp(`^Program log: AnchorError thrown in programs/${origin.file}:\\d+$`));
}

/** The transaction aborted, as after a failed assertion: no error number, a reason in the log. */
export function expectPanic(outcome: Outcome, reason: string): void {
  expect(outcome.ok).toBe(false);
  expect(outcome.errorNumber).toBeUndefined();
  expect(outcome.failure).toContain('ProgramFailedToComplete');
  expect(outcome.logs.join('\n')).toContain(reason);
}

type Person = keyof ReturnType<Marketplace['tokens']>;

/** Runs `act`; token balances must change by exactly these amounts, and by nothing where none is named. */
export function expectTokens(
  place: Marketplace,
  changes: Partial<Record<Person, bigint>>,
  act: () => Outcome,
): Outcome {
  const before = place.tokens();
  const outcome = act();
  const expected = Object.fromEntries(
    Object.entries(before).map(([person, amount]) => [person, amount + (changes[person as Person] ?? 0n)]),
  );
  expect(place.tokens()).toEqual(expected);
  return outcome;
}

function accountIndex(accounts: Readonly<Record<string, number>>, name: string): number {
  const index = accounts[name];
  if (index === undefined) throw new Error(`the instruction has no account "${name}"`);
  return index;
}

function withMeta(
  instruction: Instruction,
  index: number,
  change: { address?: Address; role?: AccountRole },
): Instruction {
  const accounts = (instruction.accounts ?? []).map((meta, at) =>
    at === index ? { address: change.address ?? meta.address, role: change.role ?? meta.role } : meta,
  );
  return { ...instruction, accounts };
}

/** Edits of an instruction by the names of its accounts. */
export function editor(accounts: Readonly<Record<string, number>>) {
  const roleOf = (instruction: Instruction, name: string): AccountRole =>
    instruction.accounts?.[accountIndex(accounts, name)]?.role ?? AccountRole.READONLY;
  return {
    replace: (instruction: Instruction, name: string, address: Address) =>
      withMeta(instruction, accountIndex(accounts, name), { address }),
    unsign: (instruction: Instruction, name: string) =>
      withMeta(instruction, accountIndex(accounts, name), { role: roleOf(instruction, name) & 1 }),
    freeze: (instruction: Instruction, name: string) =>
      withMeta(instruction, accountIndex(accounts, name), { role: roleOf(instruction, name) & 2 }),
  };
}
