import type { Address } from '@solana/kit';
import { toHex } from '../text/hex.js';
import { DISCRIMINATOR_BYTES } from './arguments.js';
import type { ProtocolEvent, TokenMovement } from './event.js';
import { type CallFacts, type InstructionLayout, layoutOf } from './layout.js';
import type { ProgramName } from './names.js';
import { LAYOUTS } from './programs.js';
import { createsAccount } from './system-calls.js';

export type Meaning = Pick<
  ProtocolEvent,
  'form' | 'instruction' | 'accounts' | 'args' | 'market' | 'job' | 'run' | 'node' | 'project' | 'movements'
>;

function namedAccounts(layout: InstructionLayout, accounts: readonly Address[]): Record<string, Address> {
  const named: Record<string, Address> = {};
  accounts.forEach((account, place) => {
    const name = layout.accounts[place] ?? (layout.othersByPlace ? String(place) : undefined);
    if (name !== undefined) named[name] = account;
  });
  return named;
}

/** Whether node and job could have met in the call and did not: then the account that proves it was not made. */
function isUnmatched(
  { createdOnMatch }: InstructionLayout,
  accounts: Record<string, Address>,
  call: CallFacts,
) {
  const created = createdOnMatch === undefined ? undefined : accounts[createdOnMatch];
  return created !== undefined && !createsAccount(call.called, created);
}

/** Calls of other programs of the network move what is not in the vault of theirs. */
function ownMovements(
  { vault }: InstructionLayout,
  accounts: Record<string, Address>,
  movements: readonly TokenMovement[],
): readonly TokenMovement[] {
  if (vault === undefined) return movements;
  const address = accounts[vault];
  return address === undefined
    ? movements
    : movements.filter(({ from, to }) => from === address || to === address);
}

function meaningOf(
  layout: InstructionLayout,
  call: CallFacts,
  movements: readonly TokenMovement[],
  failed: boolean,
): Meaning {
  const accounts = namedAccounts(layout, call.accounts);
  const unmatched = layout.createdOnMatch !== undefined && (failed || isUnmatched(layout, accounts, call));
  const role = (name: string | undefined) =>
    name === undefined || (unmatched && name === layout.createdOnMatch) ? null : (accounts[name] ?? null);
  return {
    form: layout.form,
    instruction: layout.name,
    accounts,
    args: layout.args.read(call.data),
    market: role(layout.roles.market),
    job: role(layout.roles.job),
    run: role(layout.roles.run),
    node: role(layout.roles.node),
    project: role(layout.roles.project),
    movements: ownMovements(layout, accounts, movements),
  };
}

const unknownMeaning = (data: Uint8Array, movements: readonly TokenMovement[]): Meaning => ({
  form: '',
  instruction: 'unknown',
  accounts: {},
  args: { data: toHex(data) },
  market: null,
  job: null,
  run: null,
  node: null,
  project: null,
  movements,
});

/** What a call of one of the network's programs says. What no form explains is 'unknown', with its data as hex. */
export function interpret(
  program: ProgramName,
  call: CallFacts,
  movements: readonly TokenMovement[],
  failed: boolean,
): Meaning {
  const layouts = LAYOUTS[program].get(toHex(call.data.subarray(0, DISCRIMINATOR_BYTES))) ?? [];
  const layout = layoutOf(layouts, call, failed);
  return layout === null ? unknownMeaning(call.data, movements) : meaningOf(layout, call, movements, failed);
}
