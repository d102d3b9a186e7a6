import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CID } from 'multiformats/cid';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SOURCE_FILE } from '../../src/hub/source-file.js';
import { type FetchByCidOptions, fetchModelByCid } from '../../src/ipfs/fetch-model-by-cid.js';
import { readModelFolder } from '../../src/loading/model.js';
import { ARITHMETIC_DIR } from '../support.js';
import { type Blocks, type FakeGateway, folderOf, startGateway } from './fake-gateway.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const PATHS = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/model.onnx',
];
const LARGE = 50_000_000;

describe('a model by its CID', () => {
  let cid: string;
  let blocks: Blocks;
  beforeAll(async () => {
    const own = PATHS.map((path): [string, Uint8Array] => [path, readFileSync(join(ARITHMETIC_DIR, path))]);
    const code: [string, Uint8Array][] = [
      ['modeling_evil.py', Buffer.from('import os')],
      ['onnx/custom_ops.so', Buffer.alloc(2_000, 1)],
    ];
    ({ cid, blocks } = await folderOf(new Map([...own, ...code])));
  });

  let dir: string;
  let gateway: FakeGateway;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'inferscan-ipfs-'));
    gateway = await startGateway(blocks);
  });
  afterEach(async () => {
    await gateway.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const fetched = (more: Partial<FetchByCidOptions> = {}) =>
    fetchModelByCid({
      cid,
      precision: 'fp32',
      directory: dir,
      policy: { allowed: [cid], maxBytes: LARGE, digests: {} },
      gateways: [gateway.url],
      allowPrivate: true,
      ...more,
    });
  const isWhole = () =>
    PATHS.every((path) => readFileSync(join(dir, path)).equals(readFileSync(join(ARITHMETIC_DIR, path))));

  it('is fetched whole and as it is, without anything that the engine does not take', async () => {
    const shown: number[] = [];
    const source = await fetched({ onProgress: ({ totalBytes }) => shown.push(totalBytes) });
    expect(source.files.map(({ path }) => path).sort()).toEqual([...PATHS].sort());
    const { info } = await readModelFolder(dir, 'arithmetic');
    expect(info.digest).toBe((await readModelFolder(ARITHMETIC_DIR, 'arithmetic')).info.digest);
    expect(source.files.find(({ path }) => path === 'onnx/model.onnx')?.sha256).toBe(info.digest);
    expect(readdirSync(dir).sort()).toEqual([...PATHS.slice(0, -1), SOURCE_FILE, 'onnx'].sort());
    expect(readdirSync(join(dir, 'onnx'))).toEqual(['model.onnx']);
    expect(shown.at(-1)).toBe(source.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect([...shown].sort((a, b) => a - b)).toEqual(shown);
    expect(JSON.parse(readFileSync(join(dir, SOURCE_FILE), 'utf8'))).toEqual({ ...source, cid });
    // Once more, only the folder itself is looked at.
    const before = gateway.asked.length;
    await fetched();
    expect(gateway.asked.length - before).toBeLessThan(12);
    expect(isWhole()).toBe(true);
  });

  it('may have the same block many times, each of which is fetched once', async () => {
    const same = new Uint8Array(40_000_000).fill(7);
    const files = PATHS.map((path): [string, Uint8Array] => [
      path,
      path.endsWith('.onnx') ? same : readFileSync(join(ARITHMETIC_DIR, path)),
    ]);
    const { cid: repeating, blocks: few } = await folderOf(new Map(files));
    for (const [name, bytes] of few) blocks.set(name, bytes);
    await fetched({ cid: repeating, policy: { allowed: [repeating], maxBytes: LARGE, digests: {} } });
    expect(readFileSync(join(dir, 'onnx/model.onnx')).equals(same)).toBe(true);
    expect(new Set(gateway.asked).size).toBe(gateway.asked.length);
  });

  it('does not wait for other blocks when one fails, and leaves none under way', async () => {
    gateway.answer = (_, count) => {
      if (gateway.asked.length <= 20 || count > 1) return undefined;
      return gateway.asked.length === 22 ? Buffer.from('another') : 'none';
    };
    await expect(fetched()).rejects.toThrow('sent another block');
    expect(gateway.asked.length).toBeLessThanOrEqual(24);
    expect(readdirSync(join(dir, '.fetching')).filter((name) => name.endsWith('.partial'))).toEqual([]);
    gateway.answer = () => undefined;
    await fetched();
    expect(isWhole()).toBe(true);
  });

  it('goes on where it was interrupted, with blocks that are still what they were', async () => {
    const leaves = gateway.asked;
    gateway.answer = () => (leaves.length > 20 ? 503 : undefined);
    await expect(fetched()).rejects.toThrow(/503/);
    expect(existsSync(join(dir, 'onnx/model.onnx'))).toBe(false);
    const work = join(dir, '.fetching');
    const kept = readdirSync(work).filter((name) => name.startsWith('baf'));
    expect(kept.length).toBeGreaterThan(5);
    // One is spoilt on disk; a gateway's word is not needed for the others.
    const [spoilt = ''] = kept;
    writeFileSync(join(work, spoilt), 'x');
    gateway.answer = () => undefined;
    const before = gateway.asked.length;
    await fetched();
    const again = gateway.asked.slice(before);
    expect(again).toContain(spoilt);
    expect(again.filter((name) => kept.includes(name) && name !== spoilt)).toEqual([]);
    expect(isWhole()).toBe(true);
    expect(existsSync(work)).toBe(false);
  });

  it('is taken from the next gateway where one lies, and is refused where all do', async () => {
    const liar = await startGateway(blocks);
    try {
      liar.answer = (name) => Buffer.from(`not ${name}`);
      await fetched({ gateways: [liar.url, gateway.url] });
      expect(isWhole()).toBe(true);
      expect(liar.asked.length).toBe(gateway.asked.length);
      rmSync(dir, { recursive: true });
      await expect(fetched({ gateways: [liar.url] })).rejects.toThrow(`${cid}: ${liar.url}`);
      await expect(fetched({ gateways: [liar.url] })).rejects.toThrow('sent another block');
      expect(existsSync(join(dir, 'config.json'))).toBe(false);
    } finally {
      await liar.close();
    }
  });

  it('outlasts failures that pass', async () => {
    gateway.answer = (_, count) => (count < 3 ? 500 : undefined);
    await fetched();
    expect(isWhole()).toBe(true);
  });

  it.each<[string, Partial<FetchByCidOptions>, RegExp]>([
    [
      'not allowed',
      { policy: { allowed: ['owner/name'], maxBytes: LARGE, digests: {} } },
      /is not allowed here; allowed: owner\/name/,
    ],
    ['no CID', { cid: '../../etc' }, /expected a CID, found "..\/..\/etc"/],
    ['not in that precision', { precision: 'int4' }, /the model is not there in int4; it is in fp32/],
    ['at no gateway', { gateways: [] }, /no gateway is configured/],
    ['at a gateway that is no address', { gateways: ['models'] }, /gateway: not a URL/],
    ['in a private network', { allowPrivate: false }, /127\.0\.0\.1 is a private address/],
  ])('that is %s is refused', async (_, more, message) => {
    await expect(fetched(more)).rejects.toThrow(message);
    expect(existsSync(join(dir, 'config.json'))).toBe(false);
  });

  it('is refused by its size before it is fetched, and by the digests that the operator expects', async () => {
    const small = { allowed: [cid], maxBytes: 100_000, digests: {} };
    await expect(fetched({ policy: small })).rejects.toMatchObject({
      code: 'bad_request',
      message: /at most 100000/,
    });
    expect(gateway.asked.length).toBeLessThan(20);
    expect(readdirSync(dir)).toEqual([]);
    const others = { allowed: [cid], maxBytes: LARGE, digests: { 'config.json': 'ab'.repeat(32) } };
    await expect(fetched({ policy: others })).rejects.toThrow(/config.json: its sha256 is .*, expected abab/);
    expect(existsSync(join(dir, 'onnx/model.onnx'))).toBe(false);
  });

  it('is refused where the CID is of a file, or of something else', async () => {
    const { cid: file, blocks: more } = await folderOf(new Map([['a', Buffer.from('abc')]]));
    const [leaf = ''] = [...more.keys()].filter((name) => name !== file);
    for (const [name, bytes] of more) blocks.set(name, bytes);
    const ask = (one: string) =>
      fetched({ cid: one, policy: { allowed: [one], maxBytes: LARGE, digests: {} } });
    await expect(ask(leaf)).rejects.toThrow(/it is a file, not a folder/);
    await expect(ask(file)).rejects.toThrow(/config.json: the model has none/);
    const cbor = 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua';
    await expect(ask(cbor)).rejects.toMatchObject({ code: 'bad_model' });
  });

  it('may be allowed in either version of its CID', async () => {
    const { cid: old, blocks: more } = await folderOf(new Map([['a', Buffer.from('abc')]]));
    for (const [name, bytes] of more) blocks.set(name, bytes);
    const v0 = CID.parse(old).toV0().toString();
    const policy = { allowed: [v0], maxBytes: LARGE, digests: {} };
    await expect(fetched({ cid: old, policy })).rejects.toThrow(/config.json: the model has none/);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const fetching = fetched({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(fetching).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is fetched by the command', async () => {
    const run = (...args: string[]) =>
      new Promise<{ stdout: string; stderr: string }>((resolve) => {
        execFile(process.execPath, [CLI, 'get', ...args], (_, stdout, stderr) => resolve({ stdout, stderr }));
      });
    const { stdout, stderr } = await run(cid, '--gateway', gateway.url, '--allow-private', '--into', dir);
    expect(stderr).toContain('100 %');
    expect(stdout).toContain(`${dir}: 5 files`);
    expect(statSync(join(dir, 'onnx/model.onnx')).size).toBe(
      statSync(join(ARITHMETIC_DIR, 'onnx/model.onnx')).size,
    );
    const refused = await run(cid, '--gateway', gateway.url, '--into', join(dir, 'other'));
    expect(refused.stderr).toContain('is a private address');
    const wrong = await run(cid, '--gateway', 'ftp://x');
    expect(wrong.stderr).toContain('--gateway must be an http or https address');
  });
});
