import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { NodeArchitecture, NodeDescription } from '@inferscan/protocol';
import { iso31661Alpha2ToNumeric } from 'iso-3166';

const ARCHITECTURES: Readonly<Record<string, NodeArchitecture>> = {
  x64: 'amd64',
  arm: 'arm32v7',
  arm64: 'arm64v8',
  ia32: 'i386',
  mips64el: 'mips64le',
  ppc64: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

const GIGABYTE = 1e9;
/** Every figure of a node is an unsigned 16-bit number on chain. */
const LARGEST = 65_535;
const BLOCK = Buffer.alloc(4_096);
const MEASURE_MS = 200;

export interface DescribeOptions {
  /** Lies on the disk that is meant. */
  readonly folder: string;
  readonly version: string;
  readonly gpus: number;
  /** Address under which the node's service is reached; empty for none. */
  readonly endpoint: string;
  /** Two letters of ISO 3166; the region of the system's language where it is left out. */
  readonly country?: string | undefined;
}

/**
 * Describes the computer that this runs on as a node of the network.
 *
 * @throws Error on a processor that the nodes program has no number for.
 */
export async function describeComputer(options: DescribeOptions): Promise<NodeDescription> {
  const { bsize, blocks } = await statfs(options.folder);
  const { country } = options;
  return {
    architecture: architectureOf(process.platform, process.arch),
    country:
      country === undefined
        ? countryOf(Intl.DateTimeFormat().resolvedOptions().locale)
        : countryOf(`und-${country}`),
    cpu: figure(availableParallelism()),
    gpu: options.gpus,
    memory: figure(totalmem() / GIGABYTE),
    iops: figure(await flushesPerSecond(options.folder)),
    storage: figure((bsize * blocks) / GIGABYTE),
    endpoint: options.endpoint,
    icon: '',
    version: options.version,
  };
}

/** Whether two letters are the code of a country. */
export const isCountry = (code: string): boolean => code in iso31661Alpha2ToNumeric;

/** The nodes program's word for a processor, by Node's words for platform and architecture. */
export function architectureOf(platform: string, arch: string): NodeArchitecture {
  if (platform === 'win32' && arch === 'x64') return 'windows-amd64';
  const found = ARCHITECTURES[arch];
  if (found === undefined) throw new Error(`the nodes program knows no processor of the kind ${arch}`);
  return found;
}

/** ISO 3166-1 numeric code of the region that a language tag names or implies: 840 for en. */
export function countryOf(locale: string): number {
  const region = new Intl.Locale(locale).maximize().region ?? 'US';
  return Number(iso31661Alpha2ToNumeric[region] ?? iso31661Alpha2ToNumeric.US);
}

const figure = (value: number): number => Math.min(Math.max(Math.floor(value), 1), LARGEST);

/** Writes of 4 KiB a second that reach the disk one after the other. */
async function flushesPerSecond(folder: string): Promise<number> {
  const scratch = await mkdtemp(join(folder, 'iops-'));
  try {
    const file = await open(join(scratch, 'blocks'), 'w');
    try {
      const start = performance.now();
      let count = 0;
      let spent = 0;
      while (spent < MEASURE_MS) {
        await file.write(BLOCK, 0, BLOCK.length, 0);
        await file.datasync();
        count += 1;
        spent = performance.now() - start;
      }
      return (count * 1_000) / spent;
    } finally {
      await file.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
