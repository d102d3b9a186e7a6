import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAddress } from './base58.mjs';

const CLANG = process.env.CLANG ?? 'clang-19';

const FLAGS = [
  '--target=bpfel',
  '-mcpu=v2', // v3 has 32-bit arithmetic, which SBF understands otherwise
  '-mllvm',
  '-bpf-stack-size=4096', // a frame of SBF; Linux allows 512
  '-O2',
  '-std=c17',
  '-ffreestanding',
  '-fno-builtin',
  '-nostdlib',
  '-nostdinc',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** The compiler's version line. @throws Error that says how to get it */
export function compilerVersion() {
  try {
    return execFileSync(CLANG, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split(
      '\n',
      1,
    )[0];
  } catch (cause) {
    throw new Error(
      `${CLANG} does not run. On Debian and Ubuntu: apt-get install clang-19. Elsewhere set CLANG to a clang 19.`,
      { cause },
    );
  }
}

/**
 * Compiles one source file, which includes all others of its program.
 * @param {string} root the folder that includes are relative to; paths in error logs are too
 * @param {string} source relative to root
 * @returns {Buffer} an eBPF object
 */
export function compile(root, source) {
  const folder = mkdtempSync(join(tmpdir(), 'inferscan-programs-'));
  try {
    const object = join(folder, 'program.o');
    writeFileSync(join(folder, 'ids.h'), addressHeader(join(root, 'config/addresses.json')));
    const places = ['-I.', '-I', folder, '-fmacro-prefix-map=./=programs/'];
    execFileSync(CLANG, [...FLAGS, ...places, '-c', source, '-o', object], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return readFileSync(object);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} file names and addresses as JSON */
function addressHeader(file) {
  /** @type {Record<string, string>} */
  const addresses = JSON.parse(readFileSync(file, 'utf8'));
  const definitions = Object.entries(addresses).map(
    ([name, address]) =>
      `__attribute__((unused)) static const Pubkey ${name} = {{${decodeAddress(address).join(', ')}}};\n`,
  );
  return `#pragma once\n#include "sdk/types.h"\n${definitions.join('')}`;
}
