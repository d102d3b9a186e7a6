import type { Address } from '@solana/kit';
import { toHex } from '../text/hex.js';
import type { ProtocolEvent, TokenMovement } from './event.js';
import { type CallFacts, type InstructionLayout, layoutOf, type PreparedLayout } from './layout.js';
import { layoutsOf } from './programs.js';
import { createsAccount } from './system-calls.js';

/** Where and when a call happened. */
export type CallOrigin = Pick<
  ProtocolEvent,
  'position' | 'signature' | 'slot' | 'index' | 'path' | 'blockTime' | 'failed' | 'program'
>;

function namedAccounts(layout: PreparedLayout, accounts: readonly Address[]): Record<string, Address> {
  const names = layout.accounts;
  const named: Record<string, Address> = {};
  for (let place = 0; place < accounts.length; place++) {
    const name = names[place] ?? (layout.othersByPlace ? String(place) : undefined);
    const account = accounts[place];
    if (name === undefined) break;
    if (account !== undefined) named[name] = account;
  }
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

function eventOf(
  { position, signature, slot, index, path, blockTime, failed, program }: CallOrigin,
  layout: PreparedLayout,
  call: CallFacts,
  movements: readonly TokenMovement[],
): ProtocolEvent {
  const accounts = namedAccounts(layout, call.accounts);
  const { roles, createdOnMatch } = layout;
  const unmatched =
    createdOnMatch !== undefined && (failed || isUnmatched(layout, accounts, call)) ? createdOnMatch : null;
  return {
    position,
    signature,
    slot,
    index,
    path,
    blockTime,
    failed,
    program,
    form: layout.form,
    instruction: layout.name,
    accounts,
    args: layout.args.read(call.data),
    market: withRole(roles.market, accounts, unmatched),
    job: withRole(roles.job, accounts, unmatched),
    run: withRole(roles.run, accounts, unmatched),
    node: withRole(roles.node, accounts, unmatched),
    project: withRole(roles.project, accounts, unmatched),
    movements: ownMovements(layout, accounts, movements),
  };
}

const withRole = (
  name: string | undefined,
  accounts: Readonly<Record<string, Address>>,
  unmatched: string | null,
): Address | null => (name === undefined || name === unmatched ? null : (accounts[name] ?? null));

/** What a call of one of the network's programs says. What no form explains is 'unknown', with its data as hex. */
export function interpret(
  origin: CallOrigin,
  call: CallFacts,
  movements: readonly TokenMovement[],
): ProtocolEvent {
  const layout = layoutOf(layoutsOf(origin.program, call.data), call, origin.failed);
  if (layout !== null) return eventOf(origin, layout, call, movements);
  return {
    ...origin,
    form: '',
    instruction: 'unknown',
    accounts: {},
    args: { data: toHex(call.data) },
    market: null,
    job: null,
    run: null,
    node: null,
    project: null,
    movements,
  };
}
