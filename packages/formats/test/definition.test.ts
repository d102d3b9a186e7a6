import { validateJobDefinition } from '@nosana/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type InferenceSpec,
  inferenceDefinition,
  inferenceSpecOf,
  isWorkerImage,
  type JobDefinition,
  type OperationSpec,
  samplingOf,
  seedOfInput,
  validateDefinition,
  validateInputs,
  WORKER_IMAGE,
} from '../src/index.js';

const spec: InferenceSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: ['384*57'],
  params: { reasoning: true, seed: 7 },
};

const service = { model: 'arithmetic', task: 'text-generation', serve: { port: 8080 } };

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
    ...(['inputs', 'params', 'resume'] as const).map((name): [string, unknown, string] => [
      `${name} beside serve`,
      runWorker(['infer', JSON.stringify({ ...service, [name]: name === 'params' ? {} : ['1*1'] })]),
      `$input.ops[0].args.cmd[1].${name}`,
    ]),
    [
      'a service of what no endpoint can be asked for',
      runWorker(['infer', JSON.stringify({ ...service, task: 'action' })]),
      '$input.ops[0].args.cmd[1].task',
    ],
    [
      'serve without a port',
      runWorker(['infer', JSON.stringify({ ...spec, serve: true })]),
      '$input.ops[0].args.cmd[1].serve',
    ],
  ])('refuses %s and names the path', (_, value, path) => {
    const errors = errorsOf(value);
    expect(errors.map((error) => error.path)).toContain(path);
    for (const error of errors) expect(error.message).not.toBe('');
  });

  it.each([
    [
      'a penalty out of range',
      'text-generation',
      ['a'],
      { frequency_penalty: 3 },
      'params.frequency_penalty',
    ],
    ['min_p above 1', 'text-generation', ['a'], { min_p: 2 }, 'params.min_p'],
    ['a bias of no token', 'text-generation', ['a'], { logit_bias: { x: 1 } }, 'params.logit_bias.x'],
    ['an empty stop', 'text-generation', ['a'], { stop: ['ok', ''] }, 'params.stop[1]'],
    ['a guess by nobody', 'text-generation', ['a'], { draft: { tokens: 3 } }, 'params.draft.model'],
    [
      'a guess for several',
      'text-generation',
      ['a'],
      { draft: { model: 'b' }, n: 2, temperature: 1 },
      'params.draft',
    ],
    [
      'too many guesses',
      'text-generation',
      ['a'],
      { prompt_lookup_tokens: 16 },
      'params.prompt_lookup_tokens',
    ],
    ['several greedy completions', 'text-generation', ['a'], { n: 2 }, 'params.n'],
    ['a schema that is none', 'text-generation', ['a'], { json_schema: 'x' }, 'params.json_schema'],
    ['sampling of a vector', 'embedding', ['a'], { temperature: 1 }, 'params'],
    ['an image without pixels', 'classification', [{ width: 1 }], {}, 'inputs[0]'],
    ['too many steps', 'image-generation', ['star'], { steps: 5000 }, 'params.steps'],
    ['an observation of text', 'action', [{ values: ['x'] }], {}, 'inputs[0].values[0]'],
  ] as const)('refuses %s of the task %s', (_, task, inputs, params, path) => {
    const errors = errorsOf(runWorker(['infer', JSON.stringify({ model: 'm', task, inputs, params })]));
    expect(errors.map((error) => error.path)).toContain(`$input.ops[0].args.cmd[1].${path}`);
  });

  it.each<[object, RegExp]>([
    [
      { resources: [{ type: [], target: '/m', repo: 'a/b', accessToken: 'hunter2' }] },
      /accessToken","message":"expected undefined, got something/,
    ],
    [{ resources: [{ type: 'HF', target: '/m', repo: 'a/b', accessToken: ['hunter2'] }] }, /accessToken/],
    [
      { resources: { IAM: { REGION: 'r', ACCESS_KEY_ID: 'hunter2', SECRET_ACCESS_KEY: 'hunter2' } } },
      /got .*"ACCESS_KEY_ID":"…"/,
    ],
    [
      { authentication: { docker: { username: 'u', password: 'hunter2', server: 1 } } },
      /server","message":"expected .*, got 1"/,
    ],
    [{ env: { API_KEY: ['hunter2'] } }, /API_KEY/],
  ])('says what is wrong with %j, and no secret', (args, message) => {
    const checked = validateDefinition({
      version: '0.1',
      type: 'container',
      ops: [{ type: 'container/run', id: 'a', args: { image: 'x', ...args } }],
    });
    const said = checked.ok ? '' : JSON.stringify(checked.errors).replaceAll('\\"', '"');
    expect(said).toMatch(message);
    expect(said).not.toContain('hunter2');
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

describe('inputs that come by CID', () => {
  it('are checked as if they stood in the spec, by their place', () => {
    const byCid = { ...spec, inputs: 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51' } as const;
    const many = Array.from({ length: 1500 }, () => 'a');
    expect(validateInputs(byCid, many, 10_000)).toEqual({ ok: true, inputs: many });
    const pathOf = (value: unknown, most = 3) => {
      const checked = validateInputs(byCid, value, most);
      return checked.ok ? undefined : checked.errors[0]?.path;
    };
    expect(pathOf(['a', ''])).toBe('$inputs[1]');
    expect(pathOf(['a', 'b', 7])).toBe('$inputs[2]');
    expect(pathOf(['a', 'b', 'c', 'd'])).toBe('$inputs');
    expect(pathOf({})).toBe('$inputs');
  });
});

describe('inference definitions', () => {
  it('are valid under the network’s validator and give the spec back', () => {
    const anySpec: fc.Arbitrary<OperationSpec> = fc.record({
      model: fc.constantFrom('arithmetic', 'org/model-1', 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51'),
      task: fc.constant('text-generation' as const),
      inputs: fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 20 }),
      params: fc.record({
        reasoning: fc.boolean(),
        max_tokens: fc.integer({ min: 1, max: 4096 }),
        temperature: fc.constantFrom(0, 0.7, 2),
        seed: fc.integer({ min: 0, max: 0xffffffff }),
      }),
      serve: fc.constantFrom(false as const),
    });
    const anyService: fc.Arbitrary<OperationSpec> = fc.record({
      model: fc.constantFrom('arithmetic', 'org/model-1'),
      task: fc.constantFrom('text-generation' as const, 'embedding' as const, 'image-generation' as const),
      serve: fc.record({ port: fc.integer({ min: 1, max: 65_535 }) }),
    });
    fc.assert(
      fc.property(fc.oneof(anySpec, anyService), (input) => {
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
      minP: 0,
      repetitionPenalty: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
      logitBias: {},
      stop: [],
      promptLookupTokens: 0,
      n: 1,
      seed: 0,
    });
    const more = { logprobs: 3, n: 2, temperature: 1 };
    expect(
      samplingOf({ params: { ...more, json_schema: { type: 'object' }, prompt_lookup_tokens: 4 } }),
    ).toMatchObject({ ...more, jsonSchema: { type: 'object' }, promptLookupTokens: 4 });
    expect(samplingOf({ params: { draft: { model: 'b' } } }).draft).toEqual({ model: 'b', tokens: 4 });
    expect(seedOfInput(5, 2, 4)).toBe(13);
    expect(seedOfInput(0xffffffff, 1)).toBe(0);
    expect(seedOfInput(5, 2)).toBe(7);
  });
});
