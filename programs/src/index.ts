import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Address } from '@solana/kit';
import { withNetworkAdmin } from './network-admin.js';

export {
  DEFAULT_MARKET_ADMIN,
  JOBS_PROGRAM_ID,
  MARKET_ADMIN_SEED_TEXT,
  NODES_PROGRAM_ID,
  NOS_MINT,
  REWARDS_PROGRAM_ID,
  STAKING_PROGRAM_ID,
} from './addresses.js';

/** Paths of the built programs, which are committed: nobody needs the compiler to run them. */
export const PROGRAM_BINARIES = {
  jobs: fileURLToPath(new URL('../build/jobs.so', import.meta.url)),
  nodes: fileURLToPath(new URL('../build/nodes.so', import.meta.url)),
  staking: fileURLToPath(new URL('../build/staking.so', import.meta.url)),
  rewards: fileURLToPath(new URL('../build/rewards.so', import.meta.url)),
} as const;

const read = (program: keyof typeof PROGRAM_BINARIES): Uint8Array =>
  new Uint8Array(readFileSync(PROGRAM_BINARIES[program]));

function readWithAdmin(program: keyof typeof PROGRAM_BINARIES, admin: Address | undefined): Uint8Array {
  return admin === undefined ? read(program) : withNetworkAdmin(read(program), admin);
}

export interface JobsProgramOptions {
  /** Address that may sign the admin instructions; DEFAULT_MARKET_ADMIN if absent. */
  readonly marketAdmin?: Address;
}

/** The jobs program as the SBF loader takes it (an ELF file). */
export function jobsProgramElf(options: JobsProgramOptions = {}): Uint8Array {
  return readWithAdmin('jobs', options.marketAdmin);
}

export interface NodesProgramOptions {
  /** Address that may audit nodes; DEFAULT_MARKET_ADMIN if absent. */
  readonly auditor?: Address;
}

/** The nodes program as the SBF loader takes it (an ELF file). */
export function nodesProgramElf(options: NodesProgramOptions = {}): Uint8Array {
  return readWithAdmin('nodes', options.auditor);
}

export interface StakingProgramOptions {
  /** Address that the program's `init` lets slash stakes; DEFAULT_MARKET_ADMIN if absent. */
  readonly slashAuthority?: Address;
}

/** The staking program as the SBF loader takes it (an ELF file). */
export function stakingProgramElf(options: StakingProgramOptions = {}): Uint8Array {
  return readWithAdmin('staking', options.slashAuthority);
}

/** The rewards program as the SBF loader takes it (an ELF file). */
export const rewardsProgramElf = (): Uint8Array => read('rewards');
