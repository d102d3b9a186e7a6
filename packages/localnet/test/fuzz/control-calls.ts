import { addressBytes, NOS_MINT, ODD_ADDRESSES, PROGRAMS, SYSVARS } from './addresses.js';
import type { FuzzCall } from './calls.js';
import type { Dice } from './dice.js';
import { lookupTableData } from './transactions.js';
import type { World } from './world.js';

const LENGTHS = [0, 1, 4, 8, 36, 45, 56, 80, 82, 88, 120, 165, 166, 200, 264, 1_000, 4_000] as const;
const LAMPORTS = [1, 890_880, 10 ** 9, 2 ** 53 - 1] as const;

/** An account of some program, of some kind, with some data: garbage, or nearly right. */
function oddAccount(dice: Dice): object {
  const owner = dice.pick([...Object.values(PROGRAMS), ...Object.values(SYSVARS), ...ODD_ADDRESSES]);
  const data = oddData(dice, owner);
  return {
    lamports: dice.pick(LAMPORTS),
    owner,
    data: [data.toString('base64'), 'base64'],
    executable: dice.oneIn(6),
  };
}

function oddData(dice: Dice, owner: string): Buffer {
  if (owner === PROGRAMS.lookupTable && dice.oneIn(2)) {
    const table = lookupTableData(dice.oneIn(2) ? ODD_ADDRESSES : [NOS_MINT, PROGRAMS.token]);
    if (dice.oneIn(3)) table.writeBigUInt64LE(BigInt(dice.int(1_000)), 4);
    return dice.oneIn(3) ? table.subarray(0, dice.int(table.length)) : table;
  }
  const data = dice.bytes(dice.pick(LENGTHS));
  if (data.length >= 8 && dice.oneIn(2)) {
    data.writeUInt32LE(dice.int(5), 0);
    data.writeUInt32LE(dice.int(3), 4);
  }
  const isToken = owner === PROGRAMS.token || owner === PROGRAMS.token2022;
  if (isToken && data.length === 165) {
    data.set(addressBytes(dice.pick([NOS_MINT, ...ODD_ADDRESSES])), 0);
    data[108] = dice.int(4);
  }
  if (isToken && data.length === 82) data[45] = dice.int(3);
  if (owner === PROGRAMS.loader3 && data.length === 36) {
    data.writeUInt32LE(2, 0);
    data.set(addressBytes(dice.pick(ODD_ADDRESSES)), 4);
  }
  return data;
}

const CONTROL_TEMPLATES: Readonly<Record<string, (dice: Dice, world: World) => unknown[]>> = {
  localnet_advanceClock: (dice) => [1 + dice.int(1_000)],
  localnet_fork: (dice, world) => [
    { drop: dice.int(4), ...(dice.oneIn(3) ? { without: [dice.pick(world.signatures)] } : {}) },
  ],
  localnet_pause: () => [],
  localnet_restore: (dice) => [dice.int(20)],
  localnet_resume: () => [],
  localnet_setAccount: (dice) => {
    const untouchable = [...Object.values(SYSVARS), PROGRAMS.system, PROGRAMS.loader3, PROGRAMS.vote];
    const address = dice.oneIn(10) ? dice.pick(untouchable) : dice.pick(ODD_ADDRESSES);
    return [address, dice.oneIn(5) ? null : oddAccount(dice)];
  },
  localnet_setFaults: (dice) => [dice.oneIn(2) ? null : { seed: dice.int(100), methods: ['none'], stale: 1 }],
  localnet_skipSlots: (dice) => [1 + dice.int(5)],
  localnet_snapshot: () => [],
  localnet_status: () => [],
  localnet_step: (dice) => [1 + dice.int(3)],
};

/** Names of the control methods that the fuzzer has a right call for. */
export const FUZZED_CONTROLS: readonly string[] = Object.keys(CONTROL_TEMPLATES);

/**
 * A right call of some control method. Accounts go to addresses that nothing else depends on, or to those that must
 * be refused; time and slots move on in small steps, so that the localnet gets to its other work.
 */
export function controlCall(dice: Dice, world: World): FuzzCall {
  // A chain that stands still is the exception, and most of the harm is in accounts.
  const method = dice.oneIn(2)
    ? 'localnet_setAccount'
    : dice.pick([...FUZZED_CONTROLS, 'localnet_resume', 'localnet_resume']);
  return { method, params: CONTROL_TEMPLATES[method]?.(dice, world) ?? [] };
}
