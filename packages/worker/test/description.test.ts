import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_ARCHITECTURES } from '@inferscan/protocol';
import { describe, expect, it } from 'vitest';
import { architectureOf, countryOf, describeComputer } from '../src/hardware/description.js';
import { isOutdated } from '../src/hardware/registration.js';

describe('the description of this computer', () => {
  it('has figures that the nodes program takes, and leaves nothing on the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'computer-'));
    const node = await describeComputer({
      folder,
      version: '1.2.3',
      gpus: 2,
      endpoint: 'https://node.example',
      country: 'NL',
    });
    expect(NODE_ARCHITECTURES[node.architecture]).toBeTypeOf('number');
    for (const value of [node.cpu, node.memory, node.iops, node.storage]) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(65_535);
    }
    expect(node).toMatchObject({
      version: '1.2.3',
      gpu: 2,
      country: 528,
      endpoint: 'https://node.example',
    });
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

describe('what is on chain', () => {
  const described = {
    architecture: 'amd64',
    country: 528,
    cpu: 8,
    gpu: 1,
    memory: 32,
    iops: 1000,
    storage: 500,
    endpoint: '',
    icon: '',
    version: '1',
  } as const;

  it.each<[string, object, boolean]>([
    ['nothing changed', {}, false],
    ['a measurement varies', { iops: 1800, storage: 520 }, false],
    ['the icon is somebody else’s', { icon: 'https://icon.example' }, false],
    ['the disk is another', { iops: 30_000 }, true],
    ['the disk is larger', { storage: 1000 }, true],
    ['there is an endpoint', { endpoint: 'https://node.example' }, true],
    ['a GPU is gone', { gpu: 0 }, true],
    ['the version is another', { version: '2' }, true],
  ])('where %s', (_, change, expected) => {
    expect(isOutdated(described, { ...described, ...change })).toBe(expected);
  });
});
