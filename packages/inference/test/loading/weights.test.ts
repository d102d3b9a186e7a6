import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InferenceError } from '../../src/errors.js';
import { summariseOnnx } from '../../src/loading/onnx-file.js';
import { readWeights } from '../../src/loading/weights.js';
import { OnnxGraph } from '../../src/testing/onnx-graph.js';
import { failureOf } from '../tasks/support.js';

let parent: string;
let model: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'inferscan-weights-'));
  model = join(parent, 'model');
  await mkdir(join(model, 'onnx'), { recursive: true });
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function graph(location?: string, domain = ''): Uint8Array {
  const g = new OnnxGraph(17, domain);
  const x = g.input('x', 'float', ['batch_size', 2]);
  g.output('y', ['batch_size', 3]);
  const weights = location === undefined ? g.floats([2, 3], new Float32Array(6)) : g.inFile([2, 3], location);
  g.integers([2], [5, 6]);
  g.op('MatMul', [x, weights], {}, 'y');
  return g.file();
}

const put = (name: string, bytes: Uint8Array) => writeFile(join(model, 'onnx', name), bytes);

describe('weights', () => {
  it('are found by the names of their files, the most precise first, and counted', async () => {
    for (const name of ['model_q4.onnx', 'model.onnx', 'model_quantized.onnx', 'model_fp16.onnx']) {
      await put(name, graph());
    }
    const found = await readWeights(model);
    expect(found.map(({ precision }) => precision)).toEqual(['fp32', 'fp16', 'int8', 'int4']);
    // The whole numbers are no weights.
    expect(found[0].parameters).toBe(6);
    expect(found[0].sizeBytes).toBe(graph().length);
  });

  it('in another file count, and change the digest', async () => {
    await put('model.onnx', graph('more.bin'));
    await put('more.bin', new Uint8Array(24));
    const [before] = await readWeights(model);
    expect(before.sizeBytes).toBe(graph('more.bin').length + 24);
    await put('more.bin', new Uint8Array(24).fill(1));
    const [after] = await readWeights(model);
    expect(after.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(after.digest).not.toBe(before.digest);
  });

  it('may lie elsewhere in the folder', async () => {
    await writeFile(join(model, 'outside.bin'), new Uint8Array(24));
    await put('model.onnx', graph('../outside.bin'));
    expect((await readWeights(model))[0].parameters).toBe(6);
  });

  it.each([
    ['above the folder', '../../secret.bin'],
    ['at an absolute path', '/etc/hostname'],
    ['behind a link', 'link.bin'],
    ['behind a link to a folder', 'linked/secret.bin'],
  ])('%s are refused, naming the file', async (_, location) => {
    await writeFile(join(parent, 'secret.bin'), new Uint8Array(24));
    await symlink(join(parent, 'secret.bin'), join(model, 'onnx', 'link.bin'));
    await symlink(parent, join(model, 'onnx', 'linked'));
    await put('model.onnx', graph(location));
    expect(await failureOf(readWeights(model))).toBe(
      `bad_model ${join(model, 'onnx', 'model.onnx')}: ${JSON.stringify(location)} lies outside the model's folder and is not read`,
    );
  });

  it('that are a link out of the folder are refused themselves', async () => {
    await writeFile(join(parent, 'other.onnx'), graph());
    await symlink(join(parent, 'other.onnx'), join(model, 'onnx', 'model.onnx'));
    expect(await failureOf(readWeights(model))).toMatch(/^bad_model .*lies outside the model's folder/);
  });

  it('that are not there are refused', async () => {
    await put('model.onnx', graph('gone.bin'));
    expect(await failureOf(readWeights(model))).toMatch(/^bad_model .*model\.onnx: gone\.bin cannot be read/);
  });

  it('that need a library of custom operators are refused', async () => {
    await put('model.onnx', graph(undefined, 'com.example.custom'));
    expect(await failureOf(readWeights(model))).toMatch(
      /^bad_model .*needs operators of com\.example\.custom; libraries of custom operators are never loaded$/,
    );
  });

  it('with any bytes changed or cut are summed up or refused, naming the file', async () => {
    const whole = graph('more.bin');
    const path = join(model, 'onnx', 'model.onnx');
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 5 }), fc.nat(whole.length), async (changes, length) => {
        const bytes = Uint8Array.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        await put('model.onnx', bytes);
        const error = await summariseOnnx(path).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error === undefined) return;
        expect(error).toBeInstanceOf(InferenceError);
        expect(String(error)).toContain(path);
      }),
      { numRuns: 300 },
    );
  });
});
