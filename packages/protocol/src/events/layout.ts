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

const constantsAgree = (layout: InstructionLayout, accounts: readonly Address[]): boolean =>
  layout.accounts.every((name, place) => {
    const constant = CONSTANT_ACCOUNTS[name];
    return constant === undefined || constant === accounts[place];
  });

function readable(layout: InstructionLayout, call: CallFacts): boolean {
  return (
    layout.args.bytesIn(call.data) <= call.data.length &&
    call.accounts.length >= layout.accounts.length &&
    (layout.fits?.(call) ?? true)
  );
}

const MOST_ACCOUNTS = 256;

/** What speaks for a form, each sign as a number that outweighs those after it together. */
const weightOf = ({ args, accounts, since, fits }: InstructionLayout, call: CallFacts): number =>
  [
    args.bytesIn(call.data) === call.data.length,
    call.accounts.length === accounts.length,
    since === undefined || !isBefore(since, call.blockTime),
  ].reduce((weight, speaks) => weight * 2 + Number(speaks), 0) *
    MOST_ACCOUNTS *
    2 +
  accounts.length * 2 +
  Number(fits !== undefined);

function closest(layouts: readonly InstructionLayout[], call: CallFacts): InstructionLayout | null {
  let best: InstructionLayout | null = null;
  for (const layout of layouts) {
    if (best === null || weightOf(layout, call) > weightOf(best, call)) best = layout;
  }
  return best;
}

/**
 * The form that a call has, of those with its discriminator, newest first. Programs ask for a least number of bytes and
 * accounts, but a form whose numbers are exactly the call's goes before a newer one. Failed calls may have passed anything.
 */
export function layoutOf(
  layouts: readonly InstructionLayout[],
  call: CallFacts,
  failed: boolean,
): InstructionLayout | null {
  const possible = layouts.filter((layout) => readable(layout, call));
  const proven = possible.filter((layout) => constantsAgree(layout, call.accounts));
  return closest(proven, call) ?? (failed ? closest(possible, call) : null);
}
