import {
  JOBS_PROGRAM_ID,
  jobsProgramElf,
  NODES_PROGRAM_ID,
  nodesProgramElf,
  REWARDS_PROGRAM_ID,
  rewardsProgramElf,
  STAKING_PROGRAM_ID,
  stakingProgramElf,
} from '@inferscan/programs';
import type { Address } from '@solana/kit';
import type { Vm } from '../chain/vm.js';

/**
 * Loads the network's programs. They come with the localnet and not with its data: a data folder made by an older
 * version runs the newer programs. `others` take the place of bundled ones or stand beside them. As on devnet, one key is market admin, node auditor and first slash authority.
 */
export function loadPrograms(
  vm: Vm,
  { marketAdmin: admin, others }: { marketAdmin?: Address; others?: ReadonlyMap<string, Uint8Array> } = {},
): void {
  const options = admin === undefined ? {} : { marketAdmin: admin };
  vm.addProgram(JOBS_PROGRAM_ID, jobsProgramElf(options));
  vm.addProgram(NODES_PROGRAM_ID, nodesProgramElf(admin === undefined ? {} : { auditor: admin }));
  vm.addProgram(STAKING_PROGRAM_ID, stakingProgramElf(admin === undefined ? {} : { slashAuthority: admin }));
  vm.addProgram(REWARDS_PROGRAM_ID, rewardsProgramElf());
  for (const [at, elf] of others ?? []) {
    try {
      vm.addProgram(at, elf);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The program for ${at} cannot be loaded: ${reason}`, { cause: error });
    }
  }
}
