import type { Address } from '@solana/kit';
import type { NetworkConfig } from '../network/config.js';
import { RAW_DATA } from './arguments.js';
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

type LayoutIndex = ReadonlyMap<string, readonly PreparedLayout[]>;

/** Every program of the framework takes it. */
const IDL = byHand('idl', 'A', '40f4bc78a7e9690a', '', RAW_DATA, { roles: {}, othersByPlace: true });

const BEGAN: Readonly<Record<string, bigint>> = SOURCE_CHANGED;

function dated(layout: InstructionLayout): InstructionLayout {
  const since = BEGAN[layout.form];
  return since === undefined ? layout : { ...layout, since };
}

function byDiscriminator(layouts: readonly InstructionLayout[]): LayoutIndex {
  const index = new Map<string, PreparedLayout[]>();
  for (const layout of [...layouts, IDL]) {
    const { discriminator } = layout;
    index.set(discriminator, [...(index.get(discriminator) ?? []), prepare(layout)]);
  }
  return index;
}

/** All forms of all instructions by discriminator, newest first. */
export const LAYOUTS: Readonly<Record<ProgramName, LayoutIndex>> = {
  jobs: byDiscriminator([...CURRENT_LAYOUTS, ...LAYOUTS_WITH_MARKETS, ...LAYOUTS_BEFORE_MARKETS].map(dated)),
  nodes: byDiscriminator(NODES_LAYOUTS),
  staking: byDiscriminator(STAKING_LAYOUTS),
  rewards: byDiscriminator(REWARDS_LAYOUTS),
};

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
