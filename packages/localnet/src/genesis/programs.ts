import type { Vm } from '../chain/vm.js';

/** Loads the network's programs. They come with the localnet, not with its data: a newer one replaces the old. */
export function loadPrograms(_vm: Vm): void {}
