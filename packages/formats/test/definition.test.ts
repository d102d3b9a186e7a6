import { validateJobDefinition } from '@nosana/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type InferenceSpec,
  inferenceDefinition,
  inferenceSpecOf,
  isWorkerImage,
  type JobDefinition,
  samplingOf,
  seedOfInput,
  validateDefinition,
  WORKER_IMAGE,
} from '../src/index.js';

const spec: InferenceSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: ['384*57'],
  params: { reasoning: true, seed: 7 },
};

const wholeShape: JobDefinition = {
  version: '0.1',
  type: 'container',
  meta: { trigger: 'cli', system_resources: { required_vram: 8 } },
  global: { image: 'ubuntu', env: { A: 'b' }, variables: { NAME: 'x' } },
  ops: [
    { type: 'container/create-volume', id: 'volume', args: { name: 'data' } },
    {
      type: 'container/run',
      id: 'server',
      args: {
        image: 'docker.io/vllm/vllm-openai:latest',
        cmd: ['serve', '%%global.variables.NAME%%'],
        gpu: true,
        volumes: [{ name: 'data', dest: '/data' }],
        expose: [
          {
            port: 8000,
            type: 'api',
            health_checks: [
              { type: 'http', path: '/health', method: 'GET', expected_status: 200, continuous: true },
            ],
          },
        ],
      },
      results: { speed: 'tokens/s: ([0-9.]+)', all: { regex: '.*', logType: ['stdout'] } },
      execution: { group: 'serving', depends_on: ['volume'] },
    },
  ],
} as JobDefinition;

const withOps = (ops: unknown) => ({ version: '0.1', type: 'container', ops });
const runWorker = (cmd: unknown) =>
  withOps([{ type: 'container/run', id: 'a', args: { image: `${WORKER_IMAGE}:1`, cmd } }]);

function errorsOf(value: unknown) {
  const check = validateDefinition(value);
  if (check.ok) throw new Error('expected errors');
  return check.errors;
}

describe('validateDefinition', () => {
  it('accepts what the network accepts', () => {
    for (const definition of [wholeShape, withOps([]), inferenceDefinition(spec)]) {
      expect(validateDefinition(definition)).toEqual({ ok: true, definition });
    }
  });

  it.each([
    ['an unknown field', { ...withOps([]), foo: 1 }, '$input.foo'],
    ['another version', { ...withOps([]), version: '2' }, '$input.version'],
    ['no operations', { version: '0.1', type: 'container' }, '$input.ops'],
    ['ids twice', withOps([wholeShape.ops[1], wholeShape.ops[1]]), '$input.ops'],
    ['an id with a space', withOps([{ ...wholeShape.ops[1], id: 'a b' }]), '$input.ops[0].id'],
    [
      'a run without image',
      withOps([{ type: 'container/run', id: 'a', args: { name: 'x' } }]),
      '$input.ops[0].args.image',
    ],
    [
      'a volume without name',
      withOps([{ type: 'container/create-volume', id: 'a', args: { image: 'x' } }]),
      '$input.ops[0].args.name',
    ],
    ['infer without a spec', runWorker(['infer']), '$input.ops[0].args.cmd'],
    ['infer as a shell line', runWorker('infer {}'), '$input.ops[0].args.cmd'],
    ['a spec that is no JSON', runWorker(['infer', '{']), '$input.ops[0].args.cmd[1]'],
    [
      'an unknown task',
      runWorker(['infer', '{"model":"m","task":"dance","inputs":["a"]}']),
      '$input.ops[0].args.cmd[1].task',
    ],
    [
      'an empty prompt',
      runWorker(['infer', JSON.stringify({ ...spec, inputs: ['ok', ''] })]),
      '$input.ops[0].args.cmd[1].inputs[1]',
    ],
    [
      'an unknown parameter',
      runWorker(['infer', JSON.stringify({ ...spec, params: { temp: 1 } })]),
      '$input.ops[0].args.cmd[1].params',
    ],
    [
      'a seed below zero',
      runWorker(['infer', JSON.stringify({ ...spec, params: { seed: -1 } })]),
      '$input.ops[0].args.cmd[1].params.seed',
    ],
    [
      'a port of 0',
      runWorker(['infer', JSON.stringify({ ...spec, serve: { port: 0 } })]),
      '$input.ops[0].args.cmd[1].serve.port',
    ],
  ])('refuses %s and names the path', (_, value, path) => {
    const errors = errorsOf(value);
    expect(errors.map((error) => error.path)).toContain(path);
    for (const error of errors) expect(error.message).not.toBe('');
  });

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, args) => {
        expect(validateDefinition(value).ok).toBe(false);
        validateDefinition(withOps([{ type: 'container/run', id: 'a', args }]));
        validateDefinition(runWorker(['infer', JSON.stringify(args)]));
      }),
    );
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) deep = [deep];
    expect(validateDefinition({ ...withOps([]), meta: { deep } }).ok).toBe(false);
    expect(validateDefinition(deep).ok).toBe(false);
  });
});

describe('inference definitions', () => {
  it('are valid under the network’s validator and give the spec back', () => {
    const anySpec: fc.Arbitrary<InferenceSpec> = fc.record({
      model: fc.constantFrom('arithmetic', 'org/model-1', 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51'),
      task: fc.constant('text-generation' as const),
      inputs: fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 20 }),
      params: fc.record({
        reasoning: fc.boolean(),
        max_tokens: fc.integer({ min: 1, max: 4096 }),
        temperature: fc.constantFrom(0, 0.7, 2),
        seed: fc.integer({ min: 0, max: 0xffffffff }),
      }),
      serve: fc.constantFrom(false as const, { port: 8080 }),
    });
    fc.assert(
      fc.property(anySpec, (input) => {
        const definition = inferenceDefinition(input, { trigger: 'console' });
        expect(validateJobDefinition(definition).success).toBe(true);
        expect(validateDefinition(JSON.parse(JSON.stringify(definition))).ok).toBe(true);
        const op = definition.ops[0];
        if (!op) throw new Error('no op');
        expect(inferenceSpecOf(op)).toEqual({ ok: true, spec: input });
      }),
    );
  });

  it('are refused for a spec that is not valid', () => {
    expect(() => inferenceDefinition({ ...spec, model: '' })).toThrow(/\$spec\.model/);
    expect(() => inferenceDefinition({ ...spec, inputs: [] } as InferenceSpec)).toThrow(/\$spec\.inputs/);
  });

  it('leave other images alone', () => {
    const op = wholeShape.ops[1];
    if (!op) throw new Error('no op');
    expect(inferenceSpecOf(op)).toBeNull();
    expect(isWorkerImage('inferscan/worker')).toBe(true);
    expect(isWorkerImage('docker.io/inferscan/worker:0.1.0')).toBe(true);
    expect(isWorkerImage(`inferscan/worker@sha256:${'a'.repeat(64)}`)).toBe(true);
    expect(isWorkerImage('evil/inferscan/worker')).toBe(false);
    expect(isWorkerImage('inferscan/workers')).toBe(false);
  });

  it('settle sampling and a seed for each input', () => {
    expect(samplingOf({ ...spec, params: undefined } as never)).toEqual({
      reasoning: false,
      maxTokens: 256,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 0,
    });
    expect(seedOfInput(0xffffffff, 1)).toBe(0);
    expect(seedOfInput(5, 2)).toBe(7);
  });
});
