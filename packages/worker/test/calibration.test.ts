import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalJson, readNodeReport, hardwareReport as readReport } from '@inferscan/formats';
import { createInferenceEngine } from '@inferscan/inference';
import {
  generateKeyPairSigner,
  getBase58Encoder,
  type SignatureBytes,
  signBytes,
  verifySignature,
} from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bestThreads, type Calibration, calibrate, type ModelFigure } from '../src/hardware/calibration.js';
import { memoryBandwidth } from '../src/hardware/memory.js';
import { nodeReport } from '../src/hardware/node-report.js';
import { loadCalibration, saveCalibration } from '../src/state/calibration-file.js';

const never = new AbortController().signal;
const hardware = {
  cpu_model: 'A CPU',
  logical_cores: 4,
  memory_mb: 8000,
  gpus: [{ name: 'A GPU', memory_mb: 9 }],
};

let dir: string;
let measured: Calibration;
const seen: ModelFigure[] = [];
const run = (known: Calibration | null, budgetMs: number) =>
  calibrate({
    createEngine: (threads) => createInferenceEngine({ threads }),
    threads: 1,
    cores: 2,
    budgetMs,
    known,
    signal: never,
    onFigure: (figure) => seen.push(figure),
  });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-calibration-'));
  measured = await run(null, 600);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('calibration', () => {
  it('measures models in their precisions, and only what is not known', async () => {
    expect(measured.figures.length).toBeGreaterThan(0);
    for (const figure of measured.figures) {
      expect(figure.tokensPerSecond).toBeGreaterThan(0);
      expect(figure.digest).toMatch(/^[0-9a-f]{64}$/);
    }
    const kinds = measured.figures.map(
      ({ digest, precision, threads }) => `${digest} ${precision} ${threads}`,
    );
    expect(new Set(kinds).size).toBe(kinds.length);
    seen.length = 0;
    const again = await run(measured, 1_000);
    const kept = again.figures.slice(0, measured.figures.length);
    expect(kept).toEqual(measured.figures);
    expect(again.figures.slice(measured.figures.length)).toEqual(seen);
    seen.length = 0;
    expect(await run(again, 0)).toEqual(again);
    expect(seen).toEqual([]);
  });

  it('measures nothing where it has no time', async () => {
    const nothing = await run(null, 0);
    expect(nothing.figures).toEqual([]);
    expect(nothing.memoryBandwidth).toBeNull();
  });

  it('tells how fast memory is copied', () => {
    expect(memoryBandwidth()).toBeGreaterThan(0.1);
  });

  it.each([
    [[10, 20, 21], 2],
    [[10, 10.2, 10.3], 1],
    [[10, 20, 40], 4],
    [[], 1],
  ])('of %j tokens per second with 1, 2, 4 threads takes %i', (speeds, expected) => {
    const figures = speeds.map((tokensPerSecond, index) => ({
      ...{ model: 'm', digest: 'd', precision: 'fp32', threads: 2 ** index },
      ...{ tokensPerSecond, tokens: 1 },
    }));
    expect(bestThreads(figures)).toBe(expected);
  });

  it('is kept for this machine only', async () => {
    await saveCalibration(dir, hardware, measured);
    expect(await loadCalibration(dir, hardware)).toEqual(measured);
    expect(await loadCalibration(dir, { ...hardware, memory_mb: 1 })).toBeNull();
    expect(await loadCalibration(dir, hardware, ['webgpu', 'cpu'])).toBeNull();
    await saveCalibration(dir, hardware, measured, ['webgpu', 'cpu']);
    expect(await loadCalibration(dir, hardware)).toBeNull();
    expect(await loadCalibration(dir, hardware, ['webgpu', 'cpu'])).toEqual(measured);
    await saveCalibration(dir, hardware, measured);
    const file = join(dir, 'calibration.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(1));
    expect(await loadCalibration(dir, hardware)).toBeNull();
  });
});

describe('the report of a node', () => {
  it('is signed in every field, the same each time, and read as the network’s own checks are', async () => {
    const signer = await generateKeyPairSigner();
    const make = () =>
      nodeReport(
        { node: signer.address, hardware, description: undefined, calibration: measured },
        (message) => {
          expect(message.buffer.byteLength).toBe(message.byteLength);
          return signBytes(signer.keyPair.privateKey, message);
        },
      );
    const report = await make();
    expect(await make()).toEqual(report);

    const { signature, ...signed } = report;
    const bytes = getBase58Encoder().encode(signature) as unknown as SignatureBytes;
    const isSigned = (value: unknown) =>
      verifySignature(signer.keyPair.publicKey, bytes, new TextEncoder().encode(canonicalJson(value)));
    expect(await isSigned(signed)).toBe(true);
    expect(await isSigned({ ...signed, endTime: signed.endTime + 1 })).toBe(false);

    const read = readReport(JSON.parse(JSON.stringify(report)));
    expect(read?.operations).toEqual(['system-info', 'benchmark']);
    expect(read?.specs).toMatchObject({ cpuModel: 'A CPU', logicalCores: 4, ramMb: 8000 });
    expect(read?.specs?.gpus).toMatchObject([{ name: 'A GPU', memoryMb: 9 }]);
    expect(read?.benchmark?.tokensPerSecond).toBe(measured.figures[0]?.tokensPerSecond);
    expect(read?.benchmark?.model).toBe(measured.figures[0]?.model);

    const whole = readNodeReport(JSON.parse(JSON.stringify(report)));
    expect(whole).toMatchObject({ node: signer.address, specs: { cpuModel: 'A CPU' } });
    expect(whole?.speeds).toEqual(
      measured.figures.map(({ model, digest, precision, threads, tokensPerSecond }) => ({
        model,
        digest,
        precision,
        threads,
        tokensPerSecond,
      })),
    );
    expect(readNodeReport({ ...report, startTime: 1 })).toBeNull();
  });
});
