import { describe, expect, it } from 'vitest';

import { hasLiterals, type LiteralValues, resolveLiterals } from '../../src/execution/literals.js';

const values: LiteralValues = {
  globals: { job: 'JOB', project: 'POSTER', host: 'NODE' },
  variables: { MODEL: 'tiny', PORT: '8080' },
  ops: new Map([
    [
      'seed',
      {
        host: 'container-of-seed',
        endpoints: new Map([[80, 'http://127.0.0.1:4000']]),
        results: {
          words: ['a', 'b'],
          ports: ['[80,81]'],
          env: ['env={"A":"1","B":"2"}', '{"A":"1","B":"2"}'],
          pairs: ['[{"key":"C","value":"3"}]'],
          pieces: ['[8', '0]'],
          none: [],
        },
      },
    ],
  ]),
};

const resolve = (args: unknown) => resolveLiterals(args, values, '$input.ops[1].args');

describe('literals', () => {
  it.each([
    ['%%global.job%% of %%globals.project%% at %%global.host%%', 'JOB of POSTER at NODE'],
    ['%%global.variables.MODEL%%', 'tiny'],
    ['%%ops.seed.host%%:1', 'container-of-seed:1'],
    ['%%ops.seed.endpoint.80%%/v1', 'http://127.0.0.1:4000/v1'],
    ['say %%ops.seed.results.words%%', 'say a b'],
    ['100 %% of %%all%%', '100 %% of %%all%%'],
    [
      ['x', '%%ops.seed.results.words%%', '-%%ops.seed.results.words%%'],
      ['x', 'a', 'b', '-a b'],
    ],
    [{ cmd: ['%%ops.seed.results.none%%', '__remove-if-empty__'] }, {}],
    [{ cmd: ['x', '__remove-if-empty__'] }, { cmd: ['x'] }],
    [{ expose: '%%global.variables.PORT%%' }, { expose: 8080 }],
    [{ expose: [1, { __spread__: '%%ops.seed.results.ports%%' }] }, { expose: [1, 80, 81] }],
    [{ expose: [{ __spread__: '%%ops.seed.results.pieces%%', chunked: true }] }, { expose: [80] }],
    [{ env: { X: '0', __spread__: '%%ops.seed.results.env%%' } }, { env: { X: '0', A: '1', B: '2' } }],
    [{ env: { __pairs__: '%%ops.seed.results.pairs%%' } }, { env: { C: '3' } }],
    [
      { gpu: true, deep: [{ a: ['%%global.job%%'] }] },
      { gpu: true, deep: [{ a: ['JOB'] }] },
    ],
  ])('%j becomes %j', (args, expected) => {
    expect(resolve(args)).toEqual({ ok: true, args: expected });
  });

  it.each([
    [{ env: { A: '%%ops.other.results.x%%' } }, '.env.A', '%%ops.other.results.x%% stands for nothing here'],
    [{ cmd: ['a', '%%ops.seed.results.constructor%%'] }, '.cmd[1]', 'stands for nothing'],
    [{ cmd: '%%global.frps_address%%' }, '.cmd', 'stands for nothing'],
    [{ cmd: '%%global.variables.__proto__%%' }, '.cmd', 'stands for nothing'],
    [{ env: { __spread__: '{"A":"1"}' } }, '.env.__spread__', 'expected a literal'],
    [{ env: { __spread__: '%%ops.seed.results.ports%%' } }, '.env.__spread__', 'a list cannot become fields'],
    [{ env: { __spread__: '%%ops.seed.results.words%%' } }, '.env.__spread__', 'no JSON list or object'],
    [{ env: { __pairs__: '%%ops.seed.results.env%%' } }, '.env.__pairs__', 'expected a list of {key, value}'],
  ])('%j is refused at its place', (args, path, message) => {
    expect(resolve(args)).toEqual({
      ok: false,
      error: { path: `$input.ops[1].args${path}`, message: expect.stringContaining(message) },
    });
  });

  it('do not grow without end', () => {
    const big: LiteralValues = {
      ...values,
      ops: new Map([['a', { results: { x: ['y'.repeat(200_000)] } }]]),
    };
    const args = { cmd: Array.from({ length: 10_000 }, () => '%%ops.a.results.x%%') };
    expect(resolveLiterals(args, big, '$')).toEqual({
      ok: false,
      error: { path: '$.cmd[5]', message: 'literals come to more than 1 MiB' },
    });
  });

  it('are looked for before anything is copied', () => {
    expect(hasLiterals({ cmd: ['a %%b%% c', '%%'] })).toBe(false);
    expect(hasLiterals({ cmd: ['a %%ops.b.host%% c'] })).toBe(true);
    expect(hasLiterals({ env: { __spread__: 'x' } })).toBe(true);
  });
});
