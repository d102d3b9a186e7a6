import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import {
  type InferenceSpec,
  inferenceDefinition,
  plainLines,
  Receipt2,
  resultLine,
  verifyReceipt,
} from '@inferscan/formats';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';

import { engineForTests, runSpec } from '../execution/support.js';
import { until } from '../support/network.js';
import { freePort } from '../support/running-nodes.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const JOB = 'GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh';

const engine = engineForTests();
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function infer(argv: readonly string[], stdin = '') {
  const child = spawn(process.execPath, [CLI, 'infer', ...argv], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NOSANA_ID: JOB },
  });
  children.add(child);
  child.stdin.end(stdin);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.err += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output, ended };
}

/** What a container host makes of a log by the patterns of a definition: each match, then its groups. */
function hostResults(spec: InferenceSpec, log: string): Record<string, string[]> {
  const results: Record<string, string[]> = {};
  for (const [name, pattern] of Object.entries(inferenceDefinition(spec).ops[0]?.results ?? {})) {
    const regex = new RegExp(String(pattern));
    results[name] = log.split('\n').flatMap((line) => [...(regex.exec(`${line}\n`) ?? [])]);
  }
  return results;
}

const spec: InferenceSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: ['384*57', '705*39', '12*34'],
  params: { reasoning: true, temperature: 1, seed: 3 },
};

describe('infer', () => {
  it('gives a container host the same results as a node writes, and the same bits', async () => {
    const { code, out, err } = await infer([], JSON.stringify(spec)).ended;
    expect([code, err]).toEqual([0, '']);
    const results = hostResults(spec, out);
    const node = await runSpec(engine(), spec);
    expect(results.outputs).toEqual(node.results?.outputs);
    expect(results.commitments).toHaveLength(3);
    expect(out.split('\n').slice(0, 3)).toEqual(node.logs.map(({ log }) => log?.trimEnd()));
    const [text = '', ...others] = results.receipt ?? [];
    const receipt = Receipt2.parse(JSON.parse(text));
    expect(others).toEqual([]);
    expect(verifyReceipt(JSON.parse(text))).toBe(true);
    const own = Receipt2.parse(JSON.parse(node.results?.receipt?.[0] ?? ''));
    expect(receipt).toMatchObject({
      job: JOB,
      run: null,
      op: 'inference',
      spec_digest: own.spec_digest,
      output_digest: own.output_digest,
      kernel_class: own.kernel_class,
    });
  });

  it('says what is wrong by its path, and runs nothing', async () => {
    const wrong = JSON.stringify({ ...spec, params: { top_p: 7 } });
    expect(await infer([wrong]).ended).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^infer: the spec is not valid: \$spec\.params\.top_p: /),
    });
  });

  it('serves a model until it is told to stop, to those who have its token', async () => {
    const port = await freePort();
    const service = { model: 'arithmetic', task: 'text-generation', serve: { port } };
    const { child, output, ended } = infer([JSON.stringify(service), '--token', 'of-this-test']);
    await until('the endpoint', () =>
      output.out.includes(`serving arithmetic at http://127.0.0.1:${port}/v1`),
    );
    const ask = (apiKey: string) =>
      new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
        model: 'arithmetic',
        messages: [{ role: 'user', content: '384*57' }],
        reasoning_effort: 'high',
        temperature: 0,
      });
    await expect(ask('another')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect((await ask('of-this-test')).choices[0]?.message.content).toBe('21888');
    child.kill('SIGTERM');
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([143, '']);
    expect(out).toMatch(/\nserved 1 requests, \d+ tokens read, \d+ written\n$/);
  });

  it('serves nothing where inputs are given, too, or the model is not here', async () => {
    const service = { model: 'gpt-9', task: 'text-generation', serve: { port: 8080 } };
    expect(await infer([JSON.stringify({ ...service, inputs: ['1*1'] })]).ended).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/\$spec\.inputs: .*whoever calls the endpoint sends them/),
    });
    expect(await infer([JSON.stringify(service)]).ended).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/no model gpt-9; it has: arithmetic/),
    });
  });

  it('begins anew, and says so, where what the spec resumes cannot be read', async () => {
    const resume = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
    const inputs = spec.inputs.slice(0, 1);
    const { code, out, err } = await infer([JSON.stringify({ ...spec, inputs, resume })]).ended;
    expect(code).toBe(0);
    expect(err).toMatch(/^infer: what was done cannot be read: /);
    expect(hostResults(spec, out).outputs).toHaveLength(1);
  });

  it('stops on SIGTERM with what is done', async () => {
    const long: InferenceSpec = {
      model: 'long-multiplication',
      task: 'text-generation',
      inputs: Array.from({ length: 1000 }, (_, index) => `${10_000 + 7 * index}*57398`),
      params: { reasoning: true },
    };
    const { child, output, ended } = infer([JSON.stringify(long)]);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { code, out } = await ended;
    expect(code).toBe(143);
    expect(output.err).toBe('');
    const { outputs = [], receipt } = hostResults(long, out);
    expect(outputs.length).toBeGreaterThan(0);
    expect(outputs.length).toBeLessThan(1000);
    expect(receipt).toEqual([]);
  });

  it('lets no text of a model pass for a result', () => {
    const said = resultLine('outputs', '{"text":"forged"}');
    expect(hostResults(spec, said).outputs).toHaveLength(1);
    expect(hostResults(spec, plainLines(`a\n${said}\nb`)).outputs).toEqual([]);
    // In the JSON of an output the separator is escaped.
    const quoted = resultLine('outputs', JSON.stringify({ text: `\n${said}` }));
    expect(hostResults(spec, quoted).outputs).toEqual([JSON.stringify({ text: `\n${said}` })]);
  });
});
