import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelsDirectory } from '../../src/loading/directory.js';
import { onProcessor, openSession } from '../../src/loading/session.js';
import { readWeights } from '../../src/loading/weights.js';
import { createGraph, requireShape } from '../../src/tasks/graph.js';
import { writePng } from '../../src/tasks/images/png.js';
import { TASKS } from '../../src/tasks/registry.js';
import { engineForTests, modelFile } from '../tasks/support.js';
import { endsWell, malformed, settings, TIMEOUT_MS, watchMemory } from './values.js';

watchMemory();

const engine = engineForTests({ maxQueued: 1000 });

const classification = {
  task: 'image-classification',
  model: 'shapes',
  inputs: { images: [{ width: 2, height: 2, channels: 1, pixels: 'AAAAAA==' }], topK: 3 },
  seed: 1,
  timeoutMs: 20_000,
};
const valid = [
  classification,
  {
    ...classification,
    inputs: { images: [{ png: Buffer.from(writePng(2, 2, 1, new Uint8Array(4))).toString('base64') }] },
  },
  {
    task: 'image-generation',
    model: 'shape-painter',
    inputs: { labels: ['star', null], steps: 1, guidance: 2 },
  },
  {
    task: 'embeddings',
    model: 'explorer-embedder',
    inputs: { texts: ['a job', 'b'], normalize: false, truncate: true },
  },
  {
    task: 'action',
    model: 'queue-policy',
    inputs: { observations: [{ values: new Array(126).fill(0) }], temperature: 1 },
  },
  { task: 'text-generation', model: 'arithmetic', inputs: { prompt: '1*1', maxTokens: 2, topP: 0.5 } },
];

describe('malformed', { timeout: TIMEOUT_MS }, () => {
  it('requests are refused by the name of what is wrong, and the next one is served', async () => {
    await fc.assert(
      fc.asyncProperty(malformed(valid), async (request) => {
        // Callers without types send anything.
        const work = engine().run(request as Parameters<ReturnType<typeof engine>['run']>[0]);
        await endsWell(work, /^[a-zA-Z]+[\w.]*: ./);
      }),
      settings,
    );
    const good = await engine().run({
      task: 'image-classification',
      model: 'shapes',
      inputs: { images: [{ width: 1, height: 1, channels: 1, pixels: Uint8Array.of(9) }] },
    });
    expect(good.output.images[0]?.labels).toHaveLength(5);
  });

  it('images are refused by their place', async () => {
    const whole = writePng(
      3,
      2,
      3,
      Uint8Array.from({ length: 18 }, (_, at) => at * 13),
    );
    const images = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .tuple(
          fc.nat(whole.length),
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
        )
        .map(([length, changes]) => {
          const bytes = Uint8Array.from(whole.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          return bytes;
        }),
    );
    await fc.assert(
      fc.asyncProperty(images, async (png) => {
        const inputs = { images: [{ png }] };
        await endsWell(
          engine().run({ task: 'image-classification', model: 'shapes', inputs }),
          /^inputs\.images\.0\.png: ./,
        );
      }),
      settings,
    );
  });
});

describe('malformed folders', { timeout: TIMEOUT_MS }, () => {
  const FILES = [
    ['shapes', 'config.json'],
    ['shapes', 'preprocessor_config.json'],
    ['shape-painter', 'scheduler_config.json'],
    ['shape-painter', 'config.json'],
    ['explorer-embedder', '1_Pooling/config.json'],
    ['queue-policy', 'config.json'],
    ['arithmetic', 'config.json'],
    ['arithmetic', 'generation_config.json'],
  ] as const;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inferscan-malformed-'));
    for (const name of new Set(FILES.map(([model]) => model))) {
      await cp(modelFile(name, ''), join(folder, name), {
        recursive: true,
        filter: (path) => !/train$|examples|outputs/.test(path),
      });
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are refused by file and field, or read', async () => {
    const originals = new Map<string, string>();
    for (const [model, file] of FILES) {
      originals.set(`${model}/${file}`, await readFile(join(folder, model, file), 'utf8'));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals).chain(([file, text]) =>
          fc.oneof(
            malformed([JSON.parse(text)]).map((value) => [file, JSON.stringify(value) ?? ''] as const),
            fc.nat(text.length).map((length) => [file, text.slice(0, length)] as const),
          ),
        ),
        async ([file, text]) => {
          await writeFile(join(folder, file), text);
          await endsWell(readModelsDirectory(folder), /^\/.*\.(json|onnx): ./);
          await writeFile(join(folder, file), originals.get(file) ?? '');
        },
      ),
      settings,
    );
    expect((await readModelsDirectory(folder)).tasks.size).toBe(4);
  });

  it('with graphs of changed bytes are refused by the file, or run', async () => {
    const directory = join(folder, 'queue-policy');
    const path = join(directory, 'onnx', 'model.onnx');
    const whole = await readFile(path);
    // Most changes hit the nodes, which are written before the weights.
    const place = fc.oneof({ weight: 4, arbitrary: fc.nat(3000) }, fc.nat(whole.length - 1));
    const task = TASKS.action;
    const shape = { shape: [9, 14], actions: new Array<string>(9).fill('') };
    const observations = [{ values: new Array<number>(126).fill(0) }];
    async function load(): Promise<void> {
      const [{ path: checked }] = await readWeights(directory);
      const session = await openSession(checked, onProcessor(1));
      try {
        requireShape(checked, session, task.graph(shape));
        const graph = createGraph(checked, session, () => false);
        await task.prepare(shape)({ observations, temperature: 0 }, graph, 0);
      } finally {
        await session.release();
      }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.oneof({ weight: 9, arbitrary: fc.constant(whole.length) }, fc.nat(whole.length)),
        async (changes, length) => {
          const bytes = Uint8Array.from(whole.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          await writeFile(path, bytes);
          await endsWell(load(), /^(\/.*\.onnx: .|output logits )/s);
        },
      ),
      settings,
    );
    await writeFile(path, whole);
    await load();
  });
});
