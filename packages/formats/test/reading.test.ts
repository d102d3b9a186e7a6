import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inferenceDefinition, readDefinition } from '../src/index.js';

const run = (args: object, rest: object = {}) => ({
  type: 'container/run',
  id: 'a',
  args: { image: 'ubuntu', ...args },
  ...rest,
});
const of = (...ops: object[]) => ({ version: '0.1', type: 'container', ops });

describe('readDefinition', () => {
  it('reads a service of a language model', () => {
    const read = readDefinition({
      ...of(
        { type: 'container/create-volume', id: 'cache', args: { name: 'cache' } },
        run({
          image: 'docker.io/vllm/vllm-openai:v0.10.2',
          cmd: ['--model', 'Qwen/Qwen3-8B', '--port', '9000'],
          gpu: true,
          expose: [{ port: 9_000, type: 'api' }],
        }),
      ),
      meta: { trigger: 'dashboard', system_requirements: { required_vram: 24 } },
    });
    expect(read).toEqual({
      valid: true,
      errors: [],
      operations: 2,
      opTypes: ['container/create-volume', 'container/run'],
      images: ['docker.io/vllm/vllm-openai:v0.10.2'],
      model: { name: 'Qwen/Qwen3-8B', source: 'command' },
      inference: null,
      resources: [],
      gpu: true,
      requiredVram: 24,
      ports: [9_000],
      service: true,
      confidential: false,
      awaiting: [],
      trigger: 'dashboard',
    });
  });

  it('reads an inference spec', () => {
    const spec = { model: 'arithmetic', task: 'text-generation', inputs: ['1+1'] } as const;
    expect(readDefinition(inferenceDefinition({ ...spec, inputs: ['1+1'] }))).toMatchObject({
      model: { name: 'arithmetic', source: 'spec' },
      inference: spec,
      service: false,
    });
  });

  it('names the paths of what is wrong, and reads the rest', () => {
    const read = readDefinition({ ...of(run({ gpu: 'yes', cpu: 4 })), version: '0.2' });
    expect(read).toMatchObject({ valid: false, images: ['ubuntu'], gpu: false, service: false });
    expect(read.errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['$input.version', '$input.ops[0].args.cpu']),
    );
  });

  it.each([
    [{ meta: { system_requirements: { required_vram: 24 } } }, 24],
    [{ meta: { system_requirements: { required_vram: '16' } } }, 16],
    [{ meta: { system_resources: { required_vram: '8 GB' } } }, 8],
    [{ meta: { required_vram: '12GiB' } }, 12],
    [{ meta: { system_requirements: { required_vram: '24576 MB' } } }, 24],
    [{ meta: { system_requirements: { required_vram: 8_192 } } }, 8],
    [{ ops: [run({ required_vram: 6 }), run({ required_vram: 40 })] }, 40],
    [{ meta: { system_requirements: { required_vram: 'lots' } } }, null],
    [{ meta: { system_requirements: { required_vram: -1 } } }, null],
    [{ meta: { system_requirements: { required_vram: 1e300 } } }, null],
    [{ meta: { system_requirements: [24] } }, null],
    [{}, null],
  ])('reads the video memory of %j', (parts, expected) => {
    expect(readDefinition({ ...of(run({})), ...parts }).requiredVram).toBe(expected);
  });

  it.each([
    [8_080, [8_080], true],
    [[8_080, { port: 3_000 }, 8_080], [3_000, 8_080], true],
    ['8000-8002', [8_000, 8_001, 8_002], true],
    [['1-65535'], Array.from({ length: 100 }, (_, index) => index + 1), true],
    ['%%global.variables.PORT%%', [4_242], true],
    ['%%ops.other.results.port%%', [], true],
    [{ __spread__: '%%ops.other.results.ports%%' }, [], true],
    [[{ __spread__: '%%ops.other.results.ports%%' }], [], true],
    // Hosts expose nothing for an object that is not in a list.
    [{ port: 8_080 }, [], false],
    [[], [], false],
    [undefined, [], false],
    [[70_000, -1, 'x-y', null, {}], [], true],
  ])('reads the ports of %j', (expose, ports, service) => {
    const read = readDefinition({ ...of(run({ expose })), global: { variables: { PORT: '4242' } } });
    expect(read).toMatchObject({ ports, service });
  });

  it.each([
    [{ resources: [{ type: 'HF', repo: 'a/b', revision: 'main', target: '/m' }] }, 'a/b', 'resource'],
    [
      { resources: [{ type: 'Ollama', model: 'gemma3:4b' }], cmd: ['--model', 'other'] },
      'gemma3:4b',
      'resource',
    ],
    [{ cmd: "vllm serve 'Qwen/Qwen3-8B' --port 80" }, 'Qwen/Qwen3-8B', 'command'],
    [{ cmd: ['-c', 'sleep 3; ollama run llama3.2:1b && echo'] }, 'llama3.2:1b', 'command'],
    [{ cmd: ['--model-id=BAAI/bge-m3'] }, 'BAAI/bge-m3', 'command'],
    [{ env: { MODEL_ID: 'org/name' } }, 'org/name', 'command'],
  ])('finds the model of %j', (args, name, source) => {
    expect(readDefinition(of(run({}), run(args))).model).toEqual({ name, source });
  });

  it.each([{ cmd: '--model' }, { cmd: ['--model', '--port'] }, { env: { MODEL: '%%x%%' } }, { cmd: 5 }, {}])(
    'finds no model in %j',
    (args) => expect(readDefinition(of(run(args))).model).toBeNull(),
  );

  it('lists resources without their keys', () => {
    const resources = [
      { type: 'S3', url: 'https://user:key@models.example.org/llama?X-Amz-Signature=secret', target: '/m' },
      { type: 'S3', bucket: 's3://weights', IAM: { ACCESS_KEY_ID: 'secret' }, target: '/m' },
      { type: 'S3', buckets: [{ url: 'https://one.example.org/a#secret' }], target: '/m' },
      { type: 'HF', repo: 'a/b', revision: 'v1', accessToken: 'secret', target: '/m' },
      { type: 'FTP', url: 'ftp://secret' },
    ];
    const read = readDefinition(of(run({ resources })));
    expect(read.resources).toEqual([
      { type: 'S3', name: 'https://models.example.org/llama' },
      { type: 'S3', name: 's3://weights' },
      { type: 'S3', name: 'https://one.example.org/a' },
      { type: 'HF', name: 'a/b', revision: 'v1' },
    ]);
    expect(JSON.stringify(read.resources)).not.toContain('secret');
  });

  it('knows which operations wait for another to be healthy', () => {
    const dependent = (id: string, ...depends_on: string[]) => ({
      ...run({}),
      id,
      execution: { group: 'g', depends_on },
    });
    const read = readDefinition(
      of(
        { ...run({ expose: [80] }), id: 'server' },
        dependent('client', 'server'),
        dependent('after', 'client', 'after'),
        dependent('alone', 'nobody'),
      ),
    );
    expect(read.awaiting).toEqual(['client', 'after']);
  });

  it('sees confidential jobs', () => {
    const logistics = {
      send: { type: 'api-listen', args: {} },
      receive: { type: 'api-listen', args: {} },
    };
    expect(readDefinition({ ...of(), logistics })).toMatchObject({
      valid: true,
      confidential: true,
      operations: 0,
    });
  });

  it('never throws, and stays within bounds', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(json, json, json, json, (any, args, meta, execution) => {
        expect(readDefinition(any).valid).toBe(false);
        readDefinition({ ops: [{ id: any, type: args, args, execution }], meta, global: any });
        readDefinition({
          ops: [{ args: { expose: any, resources: [any, { type: 'S3', url: any }], cmd: any, env: any } }],
        });
      }),
      { numRuns: 60 },
    );
    const many = Array.from({ length: 1_000 }, (_, id) => ({
      ...run({ image: `${id}`.repeat(400), expose: [id + 1], resources: [{ type: 'HF', repo: `r${id}` }] }),
      id: `${id}`,
      execution: { depends_on: Array.from({ length: 1_000 }, (__, other) => `${other}`) },
    }));
    const read = readDefinition(of(...many));
    expect(read.ports.length + read.resources.length).toBe(200);
    expect(read.images.every((image) => image.length <= 500)).toBe(true);
    expect(readDefinition(of(...many, run({}))).gpu).toBeNull();
  });
});
