#!/usr/bin/env node
// Builds every program anew and compares it with the committed binary.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilerVersion } from './compile.mjs';
import { buildProgram, PROGRAMS, ROOT } from './programs.mjs';

/** @param {{ name: string, source: string, binary: string }} program */
function differenceOf(program) {
  const built = buildProgram(program);
  const committed = readFileSync(join(ROOT, program.binary));
  if (built.equals(committed)) return undefined;
  const shorter = Math.min(built.length, committed.length);
  let first = 0;
  while (first < shorter && built[first] === committed[first]) first++;
  return `${program.binary} is not what its sources give: ${committed.length} bytes committed, ${built.length} built, different from byte ${first} on`;
}

try {
  const version = compilerVersion();
  const differences = PROGRAMS.map(differenceOf).filter((difference) => difference !== undefined);
  if (differences.length > 0)
    throw new Error(
      `${differences.join('\n')}\nRun npm run build:programs and commit the result. Built with ${version}.`,
    );
  console.log(
    `${PROGRAMS.map((program) => program.binary).join(', ')}: as built from the sources with ${version}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
