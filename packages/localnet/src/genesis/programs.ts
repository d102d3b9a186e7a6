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
 * version runs the newer programs. As on devnet, one key is market admin, node auditor and first slash authority.
 */
export function loadPrograms(vm: Vm, options: { marketAdmin?: Address } = {}): void {
  const admin = options.marketAdmin;
  vm.addProgram(JOBS_PROGRAM_ID, jobsProgramElf(options));
  vm.addProgram(NODES_PROGRAM_ID, nodesProgramElf(admin === undefined ? {} : { auditor: admin }));
  vm.addProgram(STAKING_PROGRAM_ID, stakingProgramElf(admin === undefined ? {} : { slashAuthority: admin }));
  vm.addProgram(REWARDS_PROGRAM_ID, rewardsProgramElf());
}
