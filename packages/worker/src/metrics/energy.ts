import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Counter, type Registry } from 'prom-client';

export interface EnergyOptions {
  /** Watts that one busy core takes, as the operator says; without, nothing is estimated. */
  coreWatts?: number | undefined;
  /** Where the kernel keeps the counters of Intel's and AMD's packages. */
  raplDir?: string;
}

const RAPL_DIR = '/sys/class/powercap';
/** Packages, not the parts of one. */
const PACKAGE = /^intel-rapl:\d+$/;

/**
 * Adds a counter of energy: `rapl` where the machine counts it (the whole machine, whoever uses it) and this process may read
 * it, `estimated` from this process's CPU seconds where the operator says what a core takes.
 */
export function addEnergy(registry: Registry, { coreWatts, raplDir = RAPL_DIR }: EnergyOptions): void {
  const packages = openPackages(raplDir);
  if (packages.length === 0 && coreWatts === undefined) return;
  let cpuSeconds = 0;
  new Counter({
    name: 'inferscan_energy_joules_total',
    help: 'Energy; source rapl: counted by the machine for all it does, estimated: CPU seconds of this process by declared watts',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const each of packages) this.inc({ source: 'rapl' }, each.sinceLastRead());
      if (coreWatts === undefined) return;
      const { user, system } = process.cpuUsage();
      const now = (user + system) / 1e6;
      this.inc({ source: 'estimated' }, (now - cpuSeconds) * coreWatts);
      cpuSeconds = now;
    },
  });
}

/** Counters that can be read; newer kernels let only root do so. */
function openPackages(dir: string): { sinceLastRead(): number }[] {
  const read = (name: string, file: string): number => {
    const value = Number(readFileSync(join(dir, name, file), 'utf8'));
    if (!Number.isFinite(value)) throw new TypeError(`${name}/${file} is no number`);
    return value;
  };
  let names: string[];
  try {
    names = readdirSync(dir).filter((name) => PACKAGE.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const range = read(name, 'max_energy_range_uj');
      let last = read(name, 'energy_uj');
      return [
        {
          sinceLastRead() {
            const now = read(name, 'energy_uj');
            // It begins anew at the end of its range.
            const used = now >= last ? now - last : range - last + now;
            last = now;
            return used / 1e6;
          },
        },
      ];
    } catch {
      return [];
    }
  });
}
