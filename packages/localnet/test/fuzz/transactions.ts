import { addressBytes, ODD_ADDRESSES, PROGRAMS } from './addresses.js';
import type { Dice } from './dice.js';
import { type HostileInstruction, hostileInstruction, plausibleInstruction } from './instructions.js';
import { compact, encodeMessage, signMessage, type TransactionParts } from './wire.js';
import { blockhashBytes, type World } from './world.js';

/** The bytes of a transaction that is wrong somewhere, or right; its message alone as well. */
export interface FuzzedTransaction {
  readonly bytes: Buffer;
  readonly message: Buffer;
}

/** Makes a transaction: its structure, its bytes, both or neither of them damaged. */
export function fuzzTransaction(dice: Dice, world: World): FuzzedTransaction {
  const parts = assemble(dice, world);
  if (dice.oneIn(3)) damageParts(dice, parts, world);
  const message = encodeMessage(parts);
  const signers = parts.keys.slice(0, parts.header[0]);
  const signed = dice.oneIn(12)
    ? Buffer.concat([compact(dice.pick([0, 1, 2, 19, 127, 128, 65_535, 65_536])), dice.bytes(64), message])
    : signMessage(message, signers, world.keys);
  return { bytes: dice.oneIn(3) ? damageBytes(dice, signed) : signed, message: damageMaybe(dice, message) };
}

/** A transaction whose parts fit together, of plausible or hostile instructions. */
function assemble(dice: Dice, world: World): TransactionParts {
  const payer = dice.pick(world.payers).address;
  const count = dice.pick([0, 1, 1, 1, 2, 2, 3, 5, 8]);
  const instructions = Array.from({ length: count }, () =>
    dice.oneIn(2) ? plausibleInstruction(dice, payer) : hostileInstruction(dice, world),
  );
  const version = dice.pick(['legacy', 0] as const);
  const { keys, header } = arrange(payer, instructions);
  const lookups =
    version === 'legacy' || !dice.oneIn(4)
      ? []
      : Array.from({ length: 1 + dice.int(3) }, () => ({
          table: dice.pick(ODD_ADDRESSES),
          writable: Array.from({ length: dice.int(4) }, () => dice.int(dice.pick([4, 256]))),
          readonly: Array.from({ length: dice.int(4) }, () => dice.int(dice.pick([4, 256]))),
        }));
  return {
    version,
    header,
    keys,
    blockhash: blockhashBytes(world),
    instructions: instructions.map(({ program, accounts, data }) => ({
      program: keys.indexOf(program),
      accounts: accounts.map(({ address }) => keys.indexOf(address)),
      data,
    })),
    lookups,
  };
}

/** Puts addresses into the order that the header counts: signers first, then writable ones, then the rest. */
function arrange(
  payer: string,
  instructions: readonly HostileInstruction[],
): Pick<TransactionParts, 'keys' | 'header'> {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  const writable = new Set(accounts.filter((account) => account.writable).map(({ address }) => address));
  const readonly = new Set([
    ...accounts.map(({ address }) => address),
    ...instructions.map(({ program }) => program),
  ]);
  writable.delete(payer);
  readonly.delete(payer);
  for (const address of writable) readonly.delete(address);
  return { keys: [payer, ...writable, ...readonly], header: [1, 0, readonly.size] };
}

/** Makes the parts contradict each other. */
function damageParts(dice: Dice, parts: TransactionParts, world: World): void {
  const [instruction] = parts.instructions;
  const anyByte = (): number => dice.pick([0, 1, parts.keys.length - 1, parts.keys.length, 127, 128, 255]);
  const damages: (() => void)[] = [
    () => {
      parts.header[dice.int(3)] = anyByte();
    },
    () => void parts.keys.push(dice.pick([...parts.keys, PROGRAMS.system])),
    () => void parts.keys.splice(dice.int(parts.keys.length), 1),
    () => parts.keys.push(...Array.from({ length: 60 }, () => dice.pick(world.addresses))),
    () => void parts.keys.reverse(),
    () => {
      if (instruction !== undefined) instruction.program = anyByte();
    },
    () => instruction?.accounts.push(anyByte(), anyByte()),
    () => instruction?.accounts.push(...Array.from({ length: 200 }, () => 0)),
    () => {
      const copies = dice.pick([16, 64, 65, 200]);
      parts.instructions = Array.from({ length: copies }, () => ({
        program: parts.keys.length - 1,
        accounts: [],
        data: new Uint8Array(dice.int(3)),
      }));
    },
    () => {
      parts.version = dice.pick([0, 1, 2, 127]);
    },
    () => {
      parts.blockhash = dice.bytes(32);
    },
    () => {
      parts.version = 0;
      const table = dice.pick(world.addresses);
      const indexes = (): number[] => Array.from({ length: dice.pick([0, 1, 30, 200]) }, () => dice.int(256));
      parts.lookups.push({ table, writable: indexes(), readonly: indexes() });
    },
  ];
  for (let count = 1 + dice.int(2); count > 0; count -= 1) dice.pick(damages)();
}

const damageMaybe = (dice: Dice, bytes: Buffer): Buffer => (dice.oneIn(3) ? damageBytes(dice, bytes) : bytes);

/** Flips bits, cuts, extends, repeats, and writes lengths that lie. */
function damageBytes(dice: Dice, bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  const anywhere = (): number => dice.int(Math.max(1, damaged.length));
  switch (dice.int(7)) {
    case 0:
      for (let count = 1 + dice.int(6); count > 0; count -= 1) damaged[anywhere()] = dice.int(256);
      return damaged;
    case 1: {
      const at = anywhere();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << dice.int(8));
      return damaged;
    }
    case 2:
      return damaged.subarray(0, anywhere());
    case 3:
      return Buffer.concat([damaged, dice.bytes(1 + dice.int(40))]);
    case 4: {
      const at = anywhere();
      const length = compact(dice.pick([0, 127, 128, 16_383, 16_384, 65_535, 65_536, 2_097_151]));
      return Buffer.concat([damaged.subarray(0, at), length, damaged.subarray(at)]);
    }
    case 5: {
      const [from, to] = [anywhere(), anywhere()];
      damaged.copyWithin(to, from, from + 32);
      return damaged;
    }
    default:
      return dice.bytes(dice.pick([0, 1, 3, 64, 65, 100, 300, 1_232, 1_233, 1_300]));
  }
}

/** The data of a look-up table that holds these addresses. */
export function lookupTableData(addresses: readonly string[]): Buffer {
  const head = Buffer.alloc(56);
  head.writeUInt32LE(1, 0);
  head.writeBigUInt64LE((1n << 64n) - 1n, 4);
  return Buffer.concat([head, ...addresses.map(addressBytes)]);
}
