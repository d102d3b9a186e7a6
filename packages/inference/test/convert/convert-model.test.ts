import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversionReport } from '../../src/convert/convert-model.js';
import { readModelFolder } from '../../src/loading/model.js';
import { ARITHMETIC_DIR } from '../support.js';

// The command runs as it is shipped: the build comes before the tests.
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });

describe('npm run model -- convert', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'inferscan-convert-'));
    cpSync(ARITHMETIC_DIR, dir, { recursive: true });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each([
    ['fp16', 0.52, 0.9999, 1e-5],
    ['int8', 0.32, 0.999, 1e-3],
    ['int4', 0.2, 0.99, 0.02],
  ])('writes %s beside fp32 and says what it costs', (precision, size, same, divergence) => {
    const { stdout, status } = run('convert', dir, '--to', precision, '--json');
    expect(status).toBe(0);
    const { bytes, comparison, path }: ConversionReport = JSON.parse(stdout);
    expect(existsSync(path)).toBe(true);
    expect(bytes.after / bytes.before).toBeLessThan(size);
    expect(comparison?.predictions).toBeGreaterThan(2_000);
    expect(comparison?.sameChoice).toBeGreaterThan(same);
    expect(comparison?.meanDivergence).toBeLessThan(divergence);
    expect(comparison?.perplexity.before).toBeCloseTo(1.006, 2);
  });

  it('makes what the loader finds', async () => {
    const { info } = await readModelFolder(dir, 'arithmetic');
    expect(info.precisions).toEqual(['fp32', 'fp16', 'int8', 'int4']);
  });

  it('does not write over a file unasked', () => {
    const { stderr, status } = run('convert', dir, '--to', 'int4');
    expect([status, stderr]).toEqual([1, expect.stringContaining('model_q4.onnx is there already; --force')]);
  });

  it.each([
    [['convert', '/nowhere', '--to', 'int4'], 1, '/nowhere/onnx/model.onnx: ENOENT'],
    [['convert', 'a', '--to', 'int3'], 2, '--to must be one of fp16, int8, int4'],
    [['convert', 'a', 'b', '--to', 'int4'], 2, 'convert takes one folder'],
    [['shrink', 'a'], 2, 'unknown command shrink: there are get, convert, check'],
    [['convert', 'a', '--two', 'int4'], 2, "Unknown option '--two'"],
  ])('%j ends with %i and a line that says why', (args, code, line) => {
    const { stderr, status } = run(...args);
    expect([status, stderr]).toEqual([code, expect.stringContaining(line)]);
  });

  it('explains itself', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('convert') });
    expect(run('convert', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('--to PRECISION'),
    });
  });
});
