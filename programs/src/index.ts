import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Address } from '@solana/kit';
import { withMarketAdmin } from './market-admin.js';

export {
  DEFAULT_MARKET_ADMIN,
  JOBS_PROGRAM_ID,
  MARKET_ADMIN_SEED_TEXT,
  NOS_MINT,
  REWARDS_PROGRAM_ID,
  STAKING_PROGRAM_ID,
} from './addresses.js';

/** Paths of the built programs, which are committed: nobody needs the compiler to run them. */
export const PROGRAM_BINARIES = {
  jobs: fileURLToPath(new URL('../build/jobs.so', import.meta.url)),
} as const;

export interface JobsProgramOptions {
  /** Address that may sign the admin instructions; DEFAULT_MARKET_ADMIN if absent. */
  readonly marketAdmin?: Address;
}

/** The jobs program as the SBF loader takes it (an ELF file). */
export function jobsProgramElf(options: JobsProgramOptions = {}): Uint8Array {
  const elf = new Uint8Array(readFileSync(PROGRAM_BINARIES.jobs));
  return options.marketAdmin === undefined ? elf : withMarketAdmin(elf, options.marketAdmin);
}
