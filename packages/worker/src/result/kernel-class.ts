import { readFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';

import type { Runtime } from '@inferscan/inference';

/** Instruction sets for which ONNX Runtime brings kernels of their own, by the names that Linux gives them. */
const KERNEL_FLAGS = [
  'avx',
  'avx2',
  'fma',
  'avx_vnni',
  'avx512f',
  'avx512bw',
  'avx512vl',
  'avx512_vnni',
  'avx512_bf16',
  'amx_int8',
  'amx_bf16',
  'asimddp',
  'i8mm',
  'sve',
  'bf16',
];

const PROCESSOR = 'cpu';

/** Of a Linux machine's cpuinfo, the instruction sets that choose between kernels, in a fixed order. */
export function kernelFlags(cpuinfo: string): string[] {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const present = new Set(line.trim().split(/\s+/));
  return KERNEL_FLAGS.filter((flag) => present.has(flag));
}

/**
 * What decides the last bits of this machine's results besides the schedule. Two machines that say the same run the same kernels;
 * null where this machine does not tell, and on other providers than the processor: the runtime says neither which GPU ran it nor by
 * which driver.
 */
export async function kernelClass({ name, version, provider }: Runtime): Promise<string | null> {
  const features = provider === PROCESSOR ? await instructionSet() : null;
  return features === null
    ? null
    : [name, version, provider, `${platform()}-${arch()}`, ...features].join(' ');
}

async function instructionSet(): Promise<string[] | null> {
  if (platform() === 'linux') {
    const flags = kernelFlags(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
    return flags.length === 0 ? null : flags;
  }
  // Apple's processors have no flags, but what they can do is a matter of the model.
  const model = cpus()[0]?.model;
  return platform() === 'darwin' && model ? [model.trim()] : null;
}
