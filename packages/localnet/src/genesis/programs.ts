import { JOBS_PROGRAM_ID, jobsProgramElf } from '@inferscan/programs';
import type { Address } from '@solana/kit';
import type { Vm } from '../chain/vm.js';

/**
 * Loads the network's programs. They come with the localnet and not with its data: a data folder made by an older
 * version runs the newer programs.
 */
export function loadPrograms(vm: Vm, options: { marketAdmin?: Address } = {}): void {
  vm.addProgram(JOBS_PROGRAM_ID, jobsProgramElf(options));
}
