import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseFiles } from '../../src/hub/choose-files.js';
import { type FetchModelOptions, fetchModel } from '../../src/hub/fetch-model.js';
import { SOURCE_FILE } from '../../src/hub/source-file.js';
import { readModelFolder } from '../../src/loading/model.js';
import { ARITHMETIC_DIR } from '../support.js';
import { COMMIT, type FakeHub, startFakeHub } from './fake-hub.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const REPOSITORY = 'inferscan/arithmetic';

/** The repository's own model as it would lie on a hub, with code beside it. */
function hubFiles(): Map<string, Buffer> {
  const files = readdirSync(ARITHMETIC_DIR, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map([
    ...files.map((file): [string, Buffer] => [relative(ARITHMETIC_DIR, file), readFileSync(file)]),
    ['modeling_evil.py', Buffer.from('import os')],
    ['onnx/custom_ops.so', Buffer.alloc(2_000, 1)],
  ]);
}

describe('a model on a hub', () => {
  let dir: string;
  let hub: FakeHub;
  let files: Map<string, Buffer>;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'inferscan-hub-'));
    files = hubFiles();
    hub = await startFakeHub(REPOSITORY, files);
  });
  afterEach(async () => {
    await hub.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const fetched = (more: Partial<FetchModelOptions> = {}) =>
    fetchModel({
      repository: REPOSITORY,
      revision: 'main',
      precision: 'fp32',
      directory: dir,
      policy: { allowed: ['inferscan/*'], maxBytes: 10_000_000, digests: {} },
      hubUrl: hub.url,
      ...more,
    });
  const sizeOf = (path: string): number => files.get(path)?.length ?? 0;

  it('is fetched whole and as it is, without anything that the engine does not take', async () => {
    const shown: number[] = [];
    const source = await fetched({ onProgress: ({ totalBytes }) => shown.push(totalBytes) });
    expect(source).toMatchObject({ repository: REPOSITORY, commit: COMMIT });
    const { info } = await readModelFolder(dir, 'arithmetic');
    expect(info.digest).toBe((await readModelFolder(ARITHMETIC_DIR, 'arithmetic')).info.digest);
    expect(existsSync(join(dir, 'modeling_evil.py'))).toBe(false);
    expect(existsSync(join(dir, 'onnx/custom_ops.so'))).toBe(false);
    expect(shown.at(-1)).toBe(source.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect([...shown].sort((a, b) => a - b)).toEqual(shown);
    expect(JSON.parse(readFileSync(join(dir, SOURCE_FILE), 'utf8'))).toEqual(source);
  });

  it('goes on where the connection broke, and does not fetch twice what is there', async () => {
    hub.cut('onnx/model.onnx', 400_000, 2);
    await fetched();
    const begun = hub.asked
      .filter((line) => line.startsWith('onnx/model.onnx '))
      .map((line) => Number(line.split(' ')[1]));
    // How much arrives of what was sent before a cut is the network's affair.
    expect(begun).toHaveLength(3);
    expect(begun[0]).toBe(0);
    expect(begun[1]).toBeGreaterThan(0);
    expect(begun[2]).toBeGreaterThan(begun[1] ?? 0);
    const before = hub.asked.length;
    await fetched();
    expect(hub.asked.length).toBe(before);
  });

  it('goes on after its process ended', async () => {
    hub.cut('onnx/model.onnx', 1_000, 100);
    await expect(fetched()).rejects.toMatchObject({ code: 'bad_model' });
    expect(existsSync(join(dir, 'onnx/model.onnx'))).toBe(false);
    const kept = statSync(join(dir, 'onnx/model.onnx.partial')).size;
    expect(kept).toBeGreaterThan(0);
    hub.cut('onnx/model.onnx', 0, 0);
    await fetched();
    expect(hub.asked).toContain(`onnx/model.onnx ${kept}`);
    expect(statSync(join(dir, 'onnx/model.onnx')).size).toBe(sizeOf('onnx/model.onnx'));
  });

  it('is thrown away where it is not what the hub says, or the operator expects', async () => {
    writeFileSync(join(dir, 'config.json.partial'), 'x'.repeat(sizeOf('config.json')));
    await expect(fetched()).rejects.toThrow('config.json: what came is not git');
    expect(existsSync(join(dir, 'config.json.partial'))).toBe(false);
    const policy = { allowed: [REPOSITORY], maxBytes: 1e9, digests: { 'config.json': 'ab'.repeat(32) } };
    await expect(fetched({ policy })).rejects.toThrow('config.json: what came is not sha256 abab');
    await fetched();
    await expect(fetched({ policy })).rejects.toThrow('config.json: its sha256 is');
  });

  it.each<[string, Partial<FetchModelOptions>, string]>([
    [
      'not allowed',
      { repository: 'others/model' },
      'model: others/model is not allowed here; allowed: inferscan/*',
    ],
    ['no name', { repository: '../../etc' }, 'model: expected owner/name'],
    [
      'too large',
      { policy: { allowed: ['inferscan/*'], maxBytes: 1_000, digests: {} } },
      'at most 1000 are allowed',
    ],
    ['not there', { repository: 'inferscan/none' }, 'inferscan/none: the hub answers 404'],
    ['not in that precision', { precision: 'int4' }, 'the model is not there in int4; it is in fp32'],
    [
      'without a file whose digest is expected',
      { policy: { allowed: ['inferscan/*'], maxBytes: 1e9, digests: { 'onnx/other.onnx': '' } } },
      'it lacks onnx/other.onnx',
    ],
    ['at no hub', { hubUrl: 'http://127.0.0.1:9' }, 'cannot be fetched'],
  ])('that is %s is refused', async (_, more, message) => {
    await expect(fetched(more)).rejects.toThrow(message);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is fetched by the command', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [CLI, 'get', ...args], { encoding: 'utf8' });
    expect(run('model').stderr).toContain('model: expected owner/name');
    expect(run(REPOSITORY, '--precision', 'int3').stderr).toContain('--precision must be one of fp32');
    expect(run(REPOSITORY, '--hub', 'ftp://x').stderr).toContain('--hub must be an http or https address');
    expect(run('--help').stdout).toContain('--max-gb');
  });
});

describe('the files of a model', () => {
  const file = (path: string) => ({ path, bytes: 1, digest: { kind: 'git' as const, hex: '' } });
  it('include weights beside the graph, and no path that leads elsewhere', () => {
    const offered = [
      'config.json',
      'onnx/model_q4.onnx',
      'onnx/model_q4.onnx_data',
      'onnx/model_q4.onnx_data_1',
    ];
    const others = [
      'onnx/model.onnx',
      'onnx/model.onnx_data',
      '../config.json',
      'onnx/../../x',
      'a\0b',
      'pytorch_model.bin',
    ];
    expect(chooseFiles([...offered, ...others].map(file), 'int4').map(({ path }) => path)).toEqual(offered);
  });
});
