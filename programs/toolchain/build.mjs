#!/usr/bin/env node
// Compiles and links every program into build/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilerVersion } from './compile.mjs';
import { buildProgram, PROGRAMS, ROOT } from './programs.mjs';

try {
  console.log(compilerVersion());
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  for (const program of PROGRAMS) {
    const elf = buildProgram(program);
    writeFileSync(join(ROOT, program.binary), elf);
    console.log(`${program.binary}: ${elf.length} bytes`);
  }
} catch (error) {
  console.error(`programs were not built: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
