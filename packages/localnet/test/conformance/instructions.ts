import type { TransactionInstruction } from '@solana/web3.js';
import { createBase58 } from '../../src/encodings/base58.js';
import { parseInstruction } from '../../src/encodings/instructions/parse.js';

const base58 = createBase58();

/** Shows an instruction as jsonParsed does; `edit` changes it on the way. */
export function show(
  instruction: TransactionInstruction,
  edit: (raw: { accounts: string[]; data: Uint8Array }) => void = () => undefined,
): Record<string, unknown> {
  const raw = {
    accounts: instruction.keys.map(({ pubkey }) => pubkey.toBase58()),
    data: new Uint8Array(instruction.data),
  };
  edit(raw);
  const keys = [instruction.programId.toBase58(), ...raw.accounts];
  const accounts = raw.accounts.map((_key, index) => index + 1);
  const shown = parseInstruction(
    { programIdIndex: 0, accounts, data: raw.data, stackHeight: 1 },
    keys,
    base58,
  );
  return shown as Record<string, unknown>;
}
