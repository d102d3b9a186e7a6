import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_ARCHITECTURES } from '@inferscan/protocol';
import { describe, expect, it } from 'vitest';
import { architectureOf, countryOf, describeComputer } from '../src/demo/computer.js';

describe('the description of this computer', () => {
  it('has figures that the nodes program takes, and leaves nothing on the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'computer-'));
    const node = await describeComputer(folder, '1.2.3');
    expect(NODE_ARCHITECTURES[node.architecture]).toBeTypeOf('number');
    for (const value of [node.cpu, node.memory, node.iops, node.storage]) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(65_535);
    }
    expect(node.version).toBe('1.2.3');
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['linux', 'x64', 'amd64'],
    ['darwin', 'arm64', 'arm64v8'],
    ['win32', 'x64', 'windows-amd64'],
  ])('knows the processor of %s on %s', (platform, arch, expected) => {
    expect(architectureOf(platform, arch)).toBe(expected);
  });

  it('refuses a processor that the program has no number for', () => {
    expect(() => architectureOf('linux', 'loong64')).toThrow('loong64');
  });

  it.each([
    ['de-CH', 756],
    ['en-US', 840],
    ['en', 840],
    ['pt', 76],
    // A region that is no country.
    ['en-001', 840],
  ])('takes the country of %s from its region', (locale, code) => {
    expect(countryOf(locale)).toBe(code);
  });
});
