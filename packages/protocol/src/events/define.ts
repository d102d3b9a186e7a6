import { toHex } from '../text/hex.js';
import { type ArgumentReader, generated } from './arguments.js';
import type { InstructionLayout } from './layout.js';

type Rest = Pick<InstructionLayout, 'roles'> &
  Partial<Pick<InstructionLayout, 'createdOnMatch' | 'fits' | 'vault' | 'othersByPlace'>>;

/** What a generated client knows of an instruction. */
export interface ClientInstruction {
  readonly discriminator: Uint8Array;
  readonly accounts: Readonly<Record<string, number>>;
  readonly decoder: Parameters<typeof generated>[0];
  /** Reads what the decoder reads, many times as fast: for instructions that there are millions of. */
  readonly args?: ArgumentReader;
}

/** The form that a generated client speaks. */
export function ofClient(
  name: InstructionLayout['name'],
  form: string,
  { discriminator, accounts, decoder, args }: ClientInstruction,
  rest: Rest,
): InstructionLayout {
  const places = Object.entries(accounts).sort(([, left], [, right]) => left - right);
  return {
    name,
    form,
    discriminator: toHex(discriminator),
    accounts: places.map(([account]) => account),
    args: args ?? generated(decoder),
    ...rest,
  };
}

/** A form written down by hand: discriminator in hex, accounts in order, separated by spaces. */
export function byHand(
  name: InstructionLayout['name'],
  form: string,
  discriminator: string,
  accounts: string,
  args: ArgumentReader,
  rest: Rest,
): InstructionLayout {
  const names = accounts === '' ? [] : accounts.split(' ');
  return { name, form, discriminator, accounts: names, args, ...rest };
}
