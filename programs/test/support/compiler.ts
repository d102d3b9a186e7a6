import { spawnSync } from 'node:child_process';

export const CLANG = process.env.CLANG ?? 'clang-19';
/** A developer without the compiler runs everything else; CI must have it. */
export const isCompilerMissing = process.env.CI !== 'true' && spawnSync(CLANG, ['--version']).status !== 0;
