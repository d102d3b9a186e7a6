import { ODD_ADDRESSES, PROGRAMS } from './addresses.js';
import type { Dice } from './dice.js';
import type { World } from './world.js';

/** An instruction with addresses instead of indexes. */
export interface HostileInstruction {
  readonly program: string;
  readonly accounts: { readonly address: string; readonly signer: boolean; readonly writable: boolean }[];
  readonly data: Buffer;
}

const MAX_U64 = (1n << 64n) - 1n;
const AMOUNTS = [0n, 1n, 5_000n, 890_880n, 10n ** 9n, 1n << 53n, 1n << 63n, MAX_U64] as const;
const LENGTHS = [0, 1, 2, 4, 5, 8, 9, 12, 13, 16, 17, 20, 24, 36, 40, 48, 52, 60, 80, 100, 200, 400] as const;
const ALL_PROGRAMS = Object.values(PROGRAMS);
/** Programs whose instructions begin with a four-byte number. */
const WIDE_TAGS: ReadonlySet<string> = new Set([
  PROGRAMS.system,
  PROGRAMS.stake,
  PROGRAMS.vote,
  PROGRAMS.lookupTable,
  PROGRAMS.loader2,
  PROGRAMS.loader3,
  PROGRAMS.loader4,
]);
const PRECOMPILES: ReadonlySet<string> = new Set([PROGRAMS.ed25519, PROGRAMS.secp256k1, PROGRAMS.secp256r1]);
const OFFSETS = [0, 1, 16, 48, 112, 0x7fff, 0xfffe, 0xffff] as const;

/** Data that gets some way into a program before it is found to be wrong, or plain garbage. */
function hostileData(dice: Dice, program: string): Buffer {
  const data = dice.bytes(dice.pick(LENGTHS));
  if (dice.oneIn(5)) return data;
  if (WIDE_TAGS.has(program) && data.length >= 4) data.writeUInt32LE(dice.int(20), 0);
  else if (data.length > 0) data[0] = dice.int(50);
  if (PRECOMPILES.has(program)) {
    if (data.length > 0) data[0] = dice.int(5);
    for (let at = 2; at + 2 <= data.length; at += 2) {
      if (dice.oneIn(2)) data.writeUInt16LE(dice.pick(OFFSETS), at);
    }
    return data;
  }
  for (let at = 4; at + 8 <= data.length; at += 8) {
    if (dice.oneIn(2)) data.writeBigUInt64LE(dice.pick(AMOUNTS), at);
  }
  return data;
}

/** An instruction of any program with any accounts. */
export function hostileInstruction(dice: Dice, world: World): HostileInstruction {
  const program = dice.oneIn(30) ? dice.pick(world.addresses) : dice.pick(ALL_PROGRAMS);
  const accounts = Array.from({ length: dice.pick([0, 1, 2, 3, 4, 5, 6, 8, 12]) }, () => ({
    address: dice.pick(world.addresses),
    signer: false,
    writable: !dice.oneIn(3),
  }));
  return { program, accounts, data: hostileData(dice, program) };
}

/** An instruction that mostly succeeds. */
export function plausibleInstruction(dice: Dice, payer: string): HostileInstruction {
  const from = { address: payer, signer: true, writable: true };
  if (dice.oneIn(3)) {
    return { program: PROGRAMS.memo, accounts: [], data: Buffer.from(`note ${dice.int(1_000_000)}`) };
  }
  if (dice.oneIn(3)) {
    const data = Buffer.alloc(5, dice.pick([1, 2, 4]));
    data.writeUInt32LE(dice.pick([0, 1, 1_024, 32_768, 65_536, 262_144, 1_400_000, 0xffff_ffff]), 1);
    return { program: PROGRAMS.computeBudget, accounts: [], data };
  }
  const data = Buffer.alloc(12);
  data.writeUInt32LE(2, 0);
  data.writeBigUInt64LE(BigInt(1_000_000 + dice.int(1_000)), 4);
  const to = { address: dice.pick(ODD_ADDRESSES), signer: false, writable: true };
  return { program: PROGRAMS.system, accounts: [from, to], data };
}
