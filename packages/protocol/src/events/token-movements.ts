import type { Address } from '@solana/kit';
import { TOKEN_PROGRAM } from '../addresses/programs.js';
import type { ChainInstruction, TokenBalanceChange } from '../chain/transaction.js';
import type { TokenMovement } from './event.js';

const TRANSFER = 3;
const TRANSFER_CHECKED = 12;
const TRANSFER_BYTES = 9;
/** Below, both halves of an amount together are exact as a number. */
const EXACT_HIGH = 2 ** 21;

type Balances = readonly TokenBalanceChange[];

/** The balance of an account: a transaction has few of them. */
export function balanceOf<Balance extends Pick<TokenBalanceChange, 'account'>>(
  balances: readonly Balance[],
  account: Address,
): Balance | undefined {
  for (let at = balances.length - 1; at >= 0; at--) {
    const balance = balances[at];
    if (balance?.account === account) return balance;
  }
  return undefined;
}

const halfAt = (data: Uint8Array, at: number): number =>
  ((data[at] ?? 0) |
    ((data[at + 1] ?? 0) << 8) |
    ((data[at + 2] ?? 0) << 16) |
    ((data[at + 3] ?? 0) << 24)) >>>
  0;

function readAmount(data: Uint8Array): bigint {
  const [low, high] = [halfAt(data, 1), halfAt(data, 5)];
  return high < EXACT_HIGH ? BigInt(high * 2 ** 32 + low) : (BigInt(high) << 32n) + BigInt(low);
}

function movementOf(instruction: ChainInstruction, balances: Balances): TokenMovement | null {
  const { programId, data, accounts, path } = instruction;
  if (programId !== TOKEN_PROGRAM || data.length < TRANSFER_BYTES) return null;
  const checked = data[0] === TRANSFER_CHECKED;
  if (!checked && data[0] !== TRANSFER) return null;
  const [from, second, third] = accounts;
  const to = checked ? third : second;
  if (from === undefined || to === undefined) return null;
  const source = balanceOf(balances, from);
  const target = balanceOf(balances, to);
  return {
    path,
    from,
    to,
    fromOwner: source?.owner ?? null,
    toOwner: target?.owner ?? null,
    mint: (checked ? second : (source ?? target)?.mint) ?? null,
    amount: readAmount(data),
  };
}

/** The SPL token transfers among instructions, in execution order. */
export function tokenMovements(
  instructions: readonly ChainInstruction[],
  balances: Balances,
): readonly TokenMovement[] {
  let found: TokenMovement[] | undefined;
  for (const instruction of instructions) {
    const movement = movementOf(instruction, balances);
    if (movement === null) continue;
    if (found === undefined) found = [movement];
    else found.push(movement);
  }
  return found ?? NONE;
}

const NONE: readonly TokenMovement[] = [];

/** Whether a transfer is one of some of the same transaction. */
export function isAmong(movement: TokenMovement, movements: readonly TokenMovement[]): boolean {
  if (movements.includes(movement)) return true;
  const [top, inner] = movement.path;
  return movements.some(({ path }) => path[0] === top && path[1] === inner);
}
