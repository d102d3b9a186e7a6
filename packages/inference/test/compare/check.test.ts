import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProviderComparison } from '../../src/compare/compare-providers.js';
import { describeComparison, problemsOf } from '../../src/compare/describe.js';
import { greatestDistance } from '../../src/compare/distance.js';
import { writePng } from '../../src/tasks/images/png.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const MODELS = fileURLToPath(new URL('../../../../models/', import.meta.url));

function check(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'check', ...argv], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('npm run model -- check', () => {
  it('compares models of every task with themselves: nothing is apart', async () => {
    const names = ['long-multiplication-small', 'explorer-embedder', 'queue-policy', 'shapes'];
    const folders = names.map((name) => MODELS + name);
    const { code, stdout } = await check(...folders, '--provider', 'cpu', '--tokens', '12', '--json');
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ model }) => model)).toEqual(names);
    for (const report of reports) {
      expect(report).toMatchObject({
        greatestDistance: 0,
        problems: [],
        other: { runtime: { provider: 'cpu' } },
      });
      expect(report.other.perSecond.alone).toBeGreaterThan(0);
    }
    expect(reports[0].sameTexts).toEqual({ same: 8, of: 8 });
    expect(code).toBe(0);
  });

  it('says of a provider that is not there what there is, and of wrong use what is right', async () => {
    const missing = await check(`${MODELS}shapes`, '--provider', 'abacus');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/has no abacus; it has cpu/) });
    expect(await check('--provider', 'cpu')).toMatchObject({ code: 2 });
    expect(await check(`${MODELS}shapes`)).toMatchObject({ code: 2 });
    const wrong = await check(`${MODELS}shapes`, '--provider', 'cpu', '--tokens', '0');
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--tokens must be a whole number/),
    });
  });
});

describe('comparing two outputs', () => {
  it('finds the numbers that are furthest apart, wherever they lie', () => {
    const output = {
      rows: [
        { vector: [1, 2, 3], tokens: 3 },
        { vector: [0.5], tokens: 1 },
      ],
    };
    const other = {
      rows: [
        { vector: [1, 2.25, 3], tokens: 3 },
        { vector: [0.625], tokens: 1 },
      ],
    };
    expect(greatestDistance(output, structuredClone(output))).toBe(0);
    expect(greatestDistance(output, other)).toBe(0.25);
    expect(greatestDistance([Number.NaN], [Number.NaN])).toBe(0);
  });

  it('takes another label or another shape for anything but near', () => {
    expect(greatestDistance({ label: 'star' }, { label: 'ring' })).toBe(Number.POSITIVE_INFINITY);
    expect(greatestDistance([1, 2], [1, 2, 3])).toBe(Number.POSITIVE_INFINITY);
    expect(greatestDistance({ a: 1 }, { b: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(greatestDistance([null], [1])).toBe(Number.POSITIVE_INFINITY);
  });

  it('compares images by their pixels', () => {
    const image = (value: number) => writePng(2, 1, 1, Uint8Array.of(0, value));
    expect(greatestDistance({ png: image(51) }, { png: image(51) })).toBe(0);
    expect(greatestDistance({ png: image(51) }, { png: image(102) })).toBeCloseTo(0.2, 6);
    const wider = writePng(3, 1, 1, Uint8Array.of(0, 51, 51));
    expect(greatestDistance(image(51), wider)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('what is said of a provider', () => {
  const run = {
    runtime: { name: 'onnxruntime-node', version: '1', provider: 'abacus', threads: 1 },
    loadMs: 2,
    perSecond: { alone: 4, together: 8 },
    repeats: true,
  };
  const fit: ProviderComparison = {
    model: 'm',
    task: 'text-generation',
    precision: 'fp32',
    cpu: run,
    other: run,
    sameTexts: { same: 8, of: 8 },
    greatestDistance: 1e-5,
  };

  it('is fit, or why it is not', () => {
    expect(problemsOf(fit)).toEqual([]);
    expect(describeComparison(fit).join('\n')).toMatch(/abacus.*4\.0 tokens\/s alone[\s\S]*fit for use/);
    expect(problemsOf({ ...fit, sameTexts: { same: 7, of: 8 } })).toEqual([expect.stringMatching(/tokens/)]);
    expect(problemsOf({ ...fit, greatestDistance: 0.5 })).toEqual([expect.stringMatching(/apart/)]);
    const restless = { ...fit, other: { ...run, repeats: false } };
    expect(describeComparison(restless).at(-1)).toMatch(/not fit for use: other bits/);
  });
});
