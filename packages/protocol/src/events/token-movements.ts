import type { Address } from '@solana/kit';
import { TOKEN_PROGRAM } from '../addresses/programs.js';
import type { ChainInstruction, TokenBalanceChange } from '../chain/transaction.js';
import type { TokenMovement } from './event.js';

const TRANSFER = 3;
const TRANSFER_CHECKED = 12;
const TRANSFER_BYTES = 9;

type Balances = ReadonlyMap<Address, TokenBalanceChange>;

export function balancesByAccount(changes: readonly TokenBalanceChange[]): Balances {
  return new Map(changes.map((change) => [change.account, change]));
}

const readAmount = (data: Uint8Array) =>
  new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(1, true);

function movementOf(instruction: ChainInstruction, balances: Balances): TokenMovement | null {
  const { programId, data, accounts, path } = instruction;
  if (programId !== TOKEN_PROGRAM || data.length < TRANSFER_BYTES) return null;
  const checked = data[0] === TRANSFER_CHECKED;
  if (!checked && data[0] !== TRANSFER) return null;
  const [from, second, third] = accounts;
  const to = checked ? third : second;
  if (from === undefined || to === undefined) return null;
  const source = balances.get(from);
  const target = balances.get(to);
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
): TokenMovement[] {
  return instructions.flatMap((instruction) => movementOf(instruction, balances) ?? []);
}
