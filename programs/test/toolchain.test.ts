import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM_BINARIES } from '../src/index.js';
import { decodeAddress } from '../toolchain/base58.mjs';
import { link } from '../toolchain/link.mjs';
import { buildProgram, PROGRAMS } from '../toolchain/programs.mjs';
import { CLANG, isCompilerMissing } from './support/compiler.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inferscan-toolchain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What clang makes of a few lines, for any version of its instruction set. */
function compiled(source: string, cpu = 'v2'): Buffer {
  const [input, output] = [join(folder, 'test.c'), join(folder, 'test.o')];
  writeFileSync(input, source);
  execFileSync(CLANG, ['--target=bpfel', `-mcpu=${cpu}`, '-O2', '-ffreestanding', '-c', input, '-o', output]);
  return readFileSync(output);
}

describe.skipIf(isCompilerMissing)('the committed binary', () => {
  it('of every program is what the sources give, byte for byte', () => {
    expect(PROGRAMS.map(({ name }) => name)).toEqual(Object.keys(PROGRAM_BINARIES));
    for (const program of PROGRAMS) {
      const path = Object.entries(PROGRAM_BINARIES).find(([name]) => name === program.name)?.[1] ?? '';
      expect(buildProgram(program).equals(readFileSync(path))).toBe(true);
    }
  });
});

describe.skipIf(isCompilerMissing)('the linker refuses', () => {
  it.each([
    ['variables', 'long counter; long entrypoint(void) { return ++counter; }', /holds 8 bytes of variables/],
    ['initialised variables', 'long counter = 5; long entrypoint(void) { return ++counter; }', /variables/],
    [
      'functions that are nowhere',
      'long other(void); long entrypoint(void) { return other(); }',
      /"other" is neither/,
    ],
    [
      'data that is nowhere',
      'extern long other; long entrypoint(void) { return other; }',
      /"other" is used as data/,
    ],
    ['a program without an entrypoint', 'long start(void) { return 0; }', /does not define "entrypoint"/],
  ])('%s', (_what, source, message) => {
    expect(() => link(compiled(source))).toThrow(message);
  });

  it.each([
    [
      '32-bit arithmetic',
      'v3',
      'unsigned entrypoint(unsigned *p) { return p[0] * p[1]; }',
      /32-bit arithmetic/,
    ],
    ['signed division', 'v4', 'long entrypoint(long *p) { return p[0] / p[1]; }', /signed division/],
    [
      'atomic operations',
      'v2',
      'long entrypoint(long *p) { __sync_fetch_and_add(p, 1); return 0; }',
      /atomic/,
    ],
  ])('%s', (_what, cpu, source, message) => {
    expect(() => link(compiled(source, cpu))).toThrow(message);
  });

  it('what is no eBPF object', () => {
    expect(() => link(Buffer.alloc(64))).toThrow(/not a little-endian ELF64/);
    expect(() => link(readFileSync(PROGRAM_BINARIES.jobs))).toThrow(/not a relocatable eBPF file/);
  });
});

describe('addresses', () => {
  it('decode to their 32 bytes', () => {
    expect([...decodeAddress('11111111111111111111111111111111')]).toEqual(new Array(32).fill(0));
    expect(Buffer.from(decodeAddress('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA')).toString('hex')).toBe(
      '06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9',
    );
  });

  it.each([
    '',
    '1111',
    'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5D0',
    'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DAA',
  ])('"%s" is refused', (text) => {
    expect(() => decodeAddress(text)).toThrow(/is not an address/);
  });
});
