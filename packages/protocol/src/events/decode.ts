import type { Address } from '@solana/kit';
import { chainPosition } from '../chain/position.js';
import type { ChainInstruction, ChainTransaction } from '../chain/transaction.js';
import type { NetworkConfig } from '../network/config.js';
import { toHex } from '../text/hex.js';
import { CURRENT_LAYOUTS } from './current-layouts.js';
import type { ProtocolEvent } from './event.js';
import type { InstructionLayout } from './layout.js';
import { calledBy } from './scope.js';
import { createsAccount } from './system-calls.js';
import { balancesByAccount, tokenMovements } from './token-movements.js';

const DISCRIMINATOR_BYTES = 8;

type Meaning = Pick<
  ProtocolEvent,
  'instruction' | 'accounts' | 'args' | 'market' | 'job' | 'run' | 'node' | 'project'
>;

const argumentText = (value: unknown): string => (value instanceof Uint8Array ? toHex(value) : String(value));

function readArgs(layout: InstructionLayout, data: Uint8Array): Record<string, string> | null {
  try {
    const decoded = Object.entries(layout.decode(data)).filter(([name]) => name !== 'discriminator');
    return Object.fromEntries(decoded.map(([name, value]) => [name, argumentText(value)]));
  } catch {
    // Codecs throw on data that is too short: another layout, or none, must explain it.
    return null;
  }
}

function nameAccounts(
  layout: InstructionLayout,
  accounts: readonly Address[],
): Record<string, Address> | null {
  const named: Record<string, Address> = {};
  for (const [name, place] of Object.entries(layout.accounts)) {
    const account = accounts[place];
    if (account === undefined) return null;
    named[name] = account;
  }
  return named;
}

function applyLayout(layout: InstructionLayout, instruction: ChainInstruction): Meaning | null {
  const accounts = nameAccounts(layout, instruction.accounts);
  const args = accounts && readArgs(layout, instruction.data);
  if (!accounts || !args) return null;
  const role = (name: string | undefined) => (name === undefined ? null : (accounts[name] ?? null));
  return {
    instruction: layout.name,
    accounts,
    args,
    market: role(layout.roles.market),
    job: role(layout.roles.job),
    run: role(layout.roles.run),
    node: role(layout.roles.node),
    project: role(layout.roles.project),
  };
}

const unknownMeaning = (data: Uint8Array): Meaning => ({
  instruction: 'unknown',
  accounts: {},
  args: { data: toHex(data) },
  market: null,
  job: null,
  run: null,
  node: null,
  project: null,
});

function indexLayouts(layouts: readonly InstructionLayout[]): ReadonlyMap<string, InstructionLayout[]> {
  const index = new Map<string, InstructionLayout[]>();
  for (const layout of layouts) {
    const key = toHex(layout.discriminator);
    index.set(key, [...(index.get(key) ?? []), layout]);
  }
  return index;
}

const LAYOUTS = indexLayouts(CURRENT_LAYOUTS);

function interpret(
  instruction: ChainInstruction,
  called: readonly ChainInstruction[],
  failed: boolean,
): Meaning {
  const candidates = LAYOUTS.get(toHex(instruction.data.subarray(0, DISCRIMINATOR_BYTES))) ?? [];
  for (const layout of candidates) {
    const meaning = applyLayout(layout, instruction);
    if (meaning === null) continue;
    const created = layout.createdOnMatch === undefined ? null : meaning.accounts[layout.createdOnMatch];
    const unmatched = created != null && (failed || !createsAccount(called, created));
    return unmatched ? { ...meaning, run: null } : meaning;
  }
  return unknownMeaning(instruction.data);
}

/**
 * Every call of the jobs program in a transaction, top level and inner, in execution order.
 * `list` and `work` have a `run` only when they created it, which is what being matched means.
 * Failed transactions give events that moved nothing. Never throws: what cannot be read is 'unknown',
 * with its data as hex in `args.data`.
 */
export function decodeTransaction(tx: ChainTransaction, network: NetworkConfig): ProtocolEvent[] {
  const failed = tx.error !== null;
  const balances = balancesByAccount(tx.tokenBalances);
  return tx.instructions.flatMap((instruction, at) => {
    if (instruction.programId !== network.jobsProgram) return [];
    const called = calledBy(tx.instructions, at, network.jobsProgram);
    return {
      position: chainPosition(tx.slot, tx.index, instruction.path),
      signature: tx.signature,
      slot: tx.slot,
      index: tx.index,
      path: instruction.path,
      blockTime: tx.blockTime,
      failed,
      ...interpret(instruction, called, failed),
      movements: failed ? [] : tokenMovements(called, balances),
    };
  });
}
