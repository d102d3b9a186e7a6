import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';
import { link } from './link.mjs';

/** The programs folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every program: the source that includes its others, and the binary, both relative to ROOT. */
export const PROGRAMS = [
  { name: 'jobs', source: 'jobs/jobs.c', binary: 'build/jobs.so' },
  { name: 'nodes', source: 'nodes/nodes.c', binary: 'build/nodes.so' },
  { name: 'staking', source: 'staking/staking.c', binary: 'build/staking.so' },
  { name: 'rewards', source: 'rewards/rewards.c', binary: 'build/rewards.so' },
];

/** @param {{ source: string }} program @returns {Buffer} the program file */
export function buildProgram(program) {
  return link(compile(ROOT, program.source));
}
