import type { Address } from '@solana/kit';
import { CLOCK_SYSVAR, RENT_SYSVAR, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../addresses/programs.js';
import type { ChainInstruction } from '../chain/transaction.js';
import type { NetworkConfig } from '../network/config.js';
import type { ArgumentReader } from './arguments.js';
import { isBefore } from './jobs/dates.js';
import type { InstructionName } from './names.js';

/** Which of an instruction's accounts plays which part in the life of a job. */
export interface AccountRoles {
  readonly market?: string;
  readonly job?: string;
  readonly run?: string;
  readonly node?: string;
  readonly project?: string;
}

/** What can tell one form of an instruction from another. */
export interface CallFacts {
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
  readonly blockTime: bigint | null;
  /** What the call called. */
  readonly called: readonly ChainInstruction[];
  readonly network: NetworkConfig;
}

/** One form of an instruction on the wire. An instruction that changed over time has several, with one discriminator. */
export interface InstructionLayout {
  readonly name: InstructionName;
  /** The era in which this form began. */
  readonly form: string;
  /** When the era began in the program's source, Unix seconds, where that is known. No call before it has this form. */
  readonly since?: bigint;
  /** First 8 bytes of the data, hex. */
  readonly discriminator: string;
  /** Account names by place; accounts beyond them are ignored, as the program does. */
  readonly accounts: readonly string[];
  /** The names of further accounts are lost: they are named by their place. */
  readonly othersByPlace?: boolean;
  readonly roles: AccountRoles;
  readonly args: ArgumentReader;
  /** Account that is created when a node and a job are matched, where matching depends on the queue. */
  readonly createdOnMatch?: string;
  /** A sign that a call has this form and none of the others that data and number of accounts allow as well. */
  readonly fits?: (call: CallFacts) => boolean;
  /** The vault whose transfers count; without it all transfers under the call do. */
  readonly vault?: string;
}

/** Accounts whose address a successful call proves: the programs compare them. */
const CONSTANT_ACCOUNTS: Readonly<Record<string, Address>> = {
  systemProgram: SYSTEM_PROGRAM,
  tokenProgram: TOKEN_PROGRAM,
  rent: RENT_SYSVAR,
  clock: CLOCK_SYSVAR,
};

/** A form with what is looked up for every call. */
export interface PreparedLayout extends InstructionLayout {
  readonly constants: readonly (readonly [place: number, account: Address])[];
}

export const prepare = (layout: InstructionLayout): PreparedLayout => ({
  ...layout,
  constants: layout.accounts.flatMap((name, place) => {
    const account = CONSTANT_ACCOUNTS[name];
    return account === undefined ? [] : [[place, account] as const];
  }),
});

function constantsAgree({ constants }: PreparedLayout, accounts: readonly Address[]): boolean {
  for (const [place, account] of constants) if (accounts[place] !== account) return false;
  return true;
}

function readable(layout: InstructionLayout, call: CallFacts): boolean {
  return (
    call.accounts.length >= layout.accounts.length &&
    layout.args.bytesIn(call.data) <= call.data.length &&
    (layout.fits?.(call) ?? true)
  );
}

/** Beyond the number of accounts that a call can have. */
const MANY = 1_024;

/** What speaks for a form, each sign a number that outweighs those after it together. */
function weightOf(layout: PreparedLayout, call: CallFacts, isProven: boolean): number {
  const { args, accounts, since, fits } = layout;
  const couldBe = since === undefined || !isBefore(since, call.blockTime);
  return (
    (isProven ? 16 * MANY : 0) +
    (args.bytesIn(call.data) === call.data.length ? 8 * MANY : 0) +
    (call.accounts.length === accounts.length ? 4 * MANY : 0) +
    (couldBe ? 2 * MANY : 0) +
    accounts.length * 2 +
    (fits === undefined ? 0 : 1)
  );
}

/**
 * The form that a call has, of those with its discriminator, newest first. Programs ask for a least number of bytes and
 * accounts, but a form whose numbers are exactly the call's goes before a newer one. Failed calls may have passed anything.
 */
export function layoutOf(
  layouts: readonly PreparedLayout[],
  call: CallFacts,
  failed: boolean,
): PreparedLayout | null {
  let best: PreparedLayout | null = null;
  let most = 0;
  for (const layout of layouts) {
    if (!readable(layout, call)) continue;
    const isProven = constantsAgree(layout, call.accounts);
    if (!isProven && !failed) continue;
    const weight = weightOf(layout, call, isProven);
    if (best !== null && weight <= most) continue;
    best = layout;
    most = weight;
  }
  return best;
}
