import type { Address } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { DISCRIMINATOR_BYTES, RAW_DATA } from './arguments.js';
import { byHand } from './define.js';
import { LAYOUTS_BEFORE_MARKETS } from './jobs/before-markets.js';
import { CURRENT_LAYOUTS } from './jobs/current.js';
import { SOURCE_CHANGED } from './jobs/dates.js';
import { LAYOUTS_WITH_MARKETS } from './jobs/with-markets.js';
import { type InstructionLayout, type PreparedLayout, prepare } from './layout.js';
import type { ProgramName } from './names.js';
import { NODES_LAYOUTS } from './nodes-layouts.js';
import { REWARDS_LAYOUTS } from './rewards-layouts.js';
import { STAKING_LAYOUTS } from './staking-layouts.js';

interface SameDiscriminator {
  /** Its last four bytes. */
  readonly rest: number;
  /** Newest first. */
  readonly layouts: readonly PreparedLayout[];
}

/** Forms by the first four bytes of their discriminator, which are enough to tell them apart. */
type LayoutIndex = ReadonlyMap<number, SameDiscriminator>;

/** Four bytes as a number. */
const fourAt = (data: Uint8Array, at: number): number =>
  (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24);

/** Every program of the framework takes it. */
const IDL = byHand('idl', 'A', '40f4bc78a7e9690a', '', RAW_DATA, { roles: {}, othersByPlace: true });

const BEGAN: Readonly<Record<string, bigint>> = SOURCE_CHANGED;

function dated(layout: InstructionLayout): InstructionLayout {
  const since = BEGAN[layout.form];
  return since === undefined ? layout : { ...layout, since };
}

function byDiscriminator(layouts: readonly InstructionLayout[]): LayoutIndex {
  const index = new Map<number, SameDiscriminator>();
  for (const layout of [...layouts, IDL]) {
    const bytes = Uint8Array.from(layout.discriminator.match(/../g) ?? [], (byte) =>
      Number.parseInt(byte, 16),
    );
    const [first, rest] = [fourAt(bytes, 0), fourAt(bytes, 4)];
    const known = index.get(first);
    if (known !== undefined && known.rest !== rest) {
      throw new Error(`four bytes do not tell discriminator ${layout.discriminator} from another`);
    }
    index.set(first, { rest, layouts: [...(known?.layouts ?? []), prepare(layout)] });
  }
  return index;
}

const INDEXES: Readonly<Record<ProgramName, LayoutIndex>> = {
  jobs: byDiscriminator([...CURRENT_LAYOUTS, ...LAYOUTS_WITH_MARKETS, ...LAYOUTS_BEFORE_MARKETS].map(dated)),
  nodes: byDiscriminator(NODES_LAYOUTS),
  staking: byDiscriminator(STAKING_LAYOUTS),
  rewards: byDiscriminator(REWARDS_LAYOUTS),
};

const NONE: readonly PreparedLayout[] = [];

/** The forms of an instruction by its data, newest first; none where no instruction of the program begins like that. */
export function layoutsOf(program: ProgramName, data: Uint8Array): readonly PreparedLayout[] {
  if (data.length < DISCRIMINATOR_BYTES) return NONE;
  const found = INDEXES[program].get(fourAt(data, 0));
  return found !== undefined && found.rest === fourAt(data, 4) ? found.layouts : NONE;
}

/** All forms of all instructions of a program. */
export const allLayouts = (program: ProgramName): readonly PreparedLayout[] =>
  [...INDEXES[program].values()].flatMap(({ layouts }) => layouts);

/** Which of the network's programs an address is, null for all others. */
export function programAt(address: Address, network: NetworkConfig): ProgramName | null {
  switch (address) {
    case network.jobsProgram:
      return 'jobs';
    case network.nodesProgram:
      return 'nodes';
    case network.stakingProgram:
      return 'staking';
    case network.rewardsProgram:
      return 'rewards';
    default:
      return null;
  }
}
