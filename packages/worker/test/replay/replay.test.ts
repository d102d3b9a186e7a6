import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  commitmentDigest,
  inferenceDefinition,
  outputDigest,
  Receipt2,
  signReceipt,
  type TextGenerationOutput,
  type TextGenerationSpec,
} from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { receiptsIn } from '../../src/replay/document.js';
import { type ReplayDeps, replay } from '../../src/replay/replay.js';
import { describeReport, exitCodeOf } from '../../src/replay/report.js';
import { createNodeKey, runSpec } from '../execution/support.js';
import { createCheatingModels, MODELS_DIR } from './cheating-models.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const spec: TextGenerationSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: ['384*57', '705*39', '12*34', '999*99'],
  params: { reasoning: true, temperature: 1.2, seed: 5, top_p: 0.98 },
};

/** Another job: other prompts. */
const otherSpec: TextGenerationSpec = { ...spec, inputs: ['111*11', '222*22', '333*33', '444*44'] };

type NodeKey = ReturnType<typeof createNodeKey>;
interface Result {
  outputs: TextGenerationOutput[];
  commitments: { steps: number; digest: string; records: string }[][];
  receipt: Receipt2;
}

const key = createNodeKey();
let models: Awaited<ReturnType<typeof createCheatingModels>>;
let engine: InferenceEngine;

beforeAll(async () => {
  models = await createCheatingModels();
  engine = await createInferenceEngine({ modelsDir: MODELS_DIR });
});
afterAll(async () => {
  await engine.close();
  await models.remove();
});

/** What a node hands in for a spec. */
async function resultOf(asked: TextGenerationSpec, node: NodeKey = key, on = engine): Promise<Result> {
  const reference = {
    job: key.address,
    market: key.address,
    node: node.address,
    run: createNodeKey().address,
    definitionCid: 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51',
  };
  const { results, failure } = await runSpec(on, asked, { sign: node.sign, reference });
  expect(failure?.message).toBeUndefined();
  const list = (name: string) => (results?.[name] ?? []).map((text) => JSON.parse(text));
  return {
    outputs: list('outputs'),
    commitments: list('commitments'),
    receipt: Receipt2.parse(list('receipt')[0]),
  };
}

/** The result with a receipt that fits it and says something else, signed again by whoever forges it. */
async function forged(result: Result, change: Partial<Receipt2>, node: NodeKey = key): Promise<Result> {
  const { signature: _, ...claimed } = result.receipt;
  const { commitment } = claimed;
  const receipt = await signReceipt(
    {
      ...claimed,
      node: node.address,
      output_digest: outputDigest(result.outputs),
      ...(commitment && { commitment: { ...commitment, digest: commitmentDigest(result.commitments) } }),
      ...change,
    },
    node.sign,
  );
  return { ...result, receipt: Receipt2.parse(receipt) };
}

function documentOf({ outputs, commitments, receipt }: Result) {
  const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));
  const results = { outputs: texts(outputs), commitments: texts(commitments), receipt: texts([receipt]) };
  return { status: 'success', opStates: [{ operationId: receipt.op, status: 'success', results }] };
}

async function verdictOf(document: unknown, change: Partial<ReplayDeps> = {}) {
  const [op] = receiptsIn(document);
  if (!op) throw new Error('no receipt');
  const asked = { spec, inputs: spec.inputs as string[] };
  const deps = { engine, modelsDir: MODELS_DIR, threads: 1, expected: {}, asked, full: true, ...change };
  const report = await replay(op, deps, new AbortController().signal);
  const failed = report.stages.find(({ outcome }) => outcome === 'failed');
  return {
    verdict: report.verdict,
    code: exitCodeOf([report]),
    by: failed?.name,
    why: failed && [failed.detail, ...(failed.findings ?? [])].join('; '),
    text: describeReport(report),
    report,
  };
}

/** What a node hands in that runs the models of a folder and claims the weights of this project. */
async function cheatedOn(modelsDir: string): Promise<Result> {
  const cheap = await createInferenceEngine({ modelsDir });
  try {
    const result = await resultOf(spec, key, cheap);
    const honest = engine.models().find(({ name }) => name === spec.model);
    return forged(result, { model: { ...result.receipt.model, digest: honest?.digest ?? '' } });
  } finally {
    await cheap.close();
  }
}

describe('replay of an honest receipt', () => {
  it('verifies every bit, with the result and without, and says so', async () => {
    const result = await resultOf(spec);
    const { verdict, code, report, text } = await verdictOf(documentOf(result), {
      expected: { node: key.address, job: key.address },
    });
    expect([verdict, code]).toEqual(['verified', 0]);
    expect(report.stages.map(({ name, outcome }) => [name, outcome])).toEqual(
      ['signature', 'binding', 'claims', 'model', 'one-pass', 're-execution'].map((name) => [name, 'passed']),
    );
    expect(text).toMatch(/re-execution {2}ok {6}4 of 4 inputs, the same bits/);
    const alone = await verdictOf(result.receipt);
    expect(alone.verdict).toBe('verified');
    const some = await verdictOf(documentOf(result), { full: false });
    expect(some.verdict).toBe('verified');
  });

  it("verifies another model's guesses, which that model makes again", async () => {
    const draft = { model: 'long-multiplication-small', tokens: 3 };
    const asked = {
      ...spec,
      model: 'long-multiplication',
      params: { reasoning: true, max_tokens: 100, draft },
    };
    const result = await resultOf(asked);
    expect(result.receipt).toMatchObject({
      sampling: { draft },
      schedule: { draft_rule: 'greedy', draft_model: { name: draft.model, precision: 'fp32' } },
    });
    const change = { asked: { spec: asked, inputs: spec.inputs as string[] } };
    expect((await verdictOf(documentOf(result), change)).verdict).toBe('verified');

    // Whose guesses were those of other weights may have other last bits.
    const { schedule } = result.receipt;
    const others = { ...schedule, draft_model: { ...schedule?.draft_model, digest: 'ab'.repeat(32) } };
    const [commitments] = [
      result.commitments.map((all) => all.map((one) => ({ ...one, digest: '00'.repeat(32) }))),
    ];
    const told = await forged({ ...result, commitments }, { schedule: others as typeof schedule });
    const { verdict, report } = await verdictOf(documentOf(told), change);
    expect(verdict).not.toBe('refuted');
    expect(report.stages.at(-1)?.detail).toMatch(
      /guesses were those of other weights of long-multiplication-small/,
    );
  });

  it('verifies guessed tokens too, which a verifier guesses again', async () => {
    const asked = {
      ...spec,
      model: 'long-multiplication-small',
      params: { reasoning: true, max_tokens: 100, prompt_lookup_tokens: 7 },
    };
    const result = await resultOf(asked);
    expect(result.receipt).toMatchObject({
      sampling: { prompt_lookup_tokens: 7 },
      schedule: { draft_rule: 'longest-match' },
    });
    const change = { asked: { spec: asked, inputs: spec.inputs as string[] } };
    expect((await verdictOf(documentOf(result), change)).verdict).toBe('verified');

    // Read one by one instead, the last bits are others.
    const plain = { ...asked, params: { ...asked.params, prompt_lookup_tokens: 0 } };
    const other = await resultOf(plain);
    expect(other.receipt.schedule).not.toHaveProperty('draft_rule');
    expect(other.outputs.map(({ token_ids }) => token_ids)).toEqual(
      result.outputs.map(({ token_ids }) => token_ids),
    );
    expect(other.commitments).not.toEqual(result.commitments);
    const { by, why } = await verdictOf(
      documentOf(await forged({ ...result, commitments: other.commitments }, {})),
      change,
    );
    expect([by, why]).toEqual(['re-execution', expect.stringMatching(/the same output, but other logits/)]);
  });

  it('verifies other tasks by their outputs', async () => {
    const asked = {
      model: 'explorer-embedder',
      task: 'embedding',
      inputs: ['which node earned most'],
    } as const;
    const spec = { ...asked, inputs: [...asked.inputs] };
    const outcome = await runSpec(engine, spec);
    const document = (outputs: string[]) => ({
      opStates: [{ operationId: outcome.op.id, results: { ...outcome.results, outputs } }],
    });
    const change = { asked: { spec, inputs: spec.inputs } };
    const outputs = outcome.results?.outputs ?? [];
    const { verdict, report } = await verdictOf(document(outputs), change);
    expect([verdict, report.stages.at(-1)?.outcome]).toEqual(['verified', 'passed']);
    const lie = await verdictOf(document(['{"vector":[1]}']), change);
    expect(lie.by).toBe('claims');
  });

  it('computes nothing without the definition, or without the model', async () => {
    const document = documentOf(await resultOf(spec));
    const { verdict, code, report } = await verdictOf(document, { asked: null });
    expect([verdict, code]).toEqual(['unchecked', 3]);
    expect(report.stages.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name)).toEqual([
      'signature',
      'claims',
    ]);
  });

  it('repeats nothing of what another engine ran and only claims', async () => {
    const { receipt, outputs } = await resultOf(spec);
    const { commitment: _, signature: __, ...rest } = receipt;
    const told = outputs.map((output) => ({ ...output, token_ids: [] }));
    const attestation = { ...rest.attestation, model: 'claimed' as const };
    const signed = await signReceipt({ ...rest, attestation, output_digest: outputDigest(told) }, key.sign);
    const document = documentOf({ outputs: told, commitments: [], receipt: Receipt2.parse(signed) });
    const { verdict, report } = await verdictOf(document);
    expect([verdict, report.stages.at(-1)?.name]).toEqual(['unchecked', 'model']);
  });

  it('is content with the tolerance where the kernels are others', async () => {
    const result = await resultOf(spec);
    // As if other last bits had come of other kernels: the digest of the rows is another.
    const commitments = result.commitments.map((list) =>
      list.map((one) => ({ ...one, digest: 'ab'.repeat(32) })),
    );
    const elsewhere = await forged({ ...result, commitments }, { kernel_class: 'onnxruntime-node 9 cpu' });
    const { verdict, code, report } = await verdictOf(documentOf(elsewhere));
    expect([verdict, code]).toEqual(['consistent', 0]);
    expect(report.stages.at(-1)).toMatchObject({ name: 're-execution', outcome: 'skipped' });
    const here = await verdictOf(documentOf(await forged({ ...result, commitments }, {})));
    expect([here.verdict, here.by]).toEqual(['refuted', 're-execution']);
  });
});

describe('replay catches', () => {
  it('a field that was changed after signing, by the signature', async () => {
    const result = await resultOf(spec);
    const receipt = { ...result.receipt, tokens: { ...result.receipt.tokens, completion: 1 } };
    const { verdict, code, by } = await verdictOf(documentOf({ ...result, receipt }));
    expect([verdict, code, by]).toEqual(['refuted', 1, 'signature']);
  });

  it("another node's receipt, by what it is for", async () => {
    const document = documentOf(await resultOf(spec, createNodeKey()));
    const { by, why } = await verdictOf(document, { expected: { node: key.address } });
    expect(by).toBe('binding');
    expect(why).toMatch(/node: the receipt is for \w+, not for/);
  });

  it("another node's answers under an own receipt, by the logits that they are bound to", async () => {
    const thief = createNodeKey();
    const stolen = await forged(await resultOf(spec), { run: createNodeKey().address }, thief);
    const { by, why, report } = await verdictOf(documentOf(stolen));
    expect(by).toBe('re-execution');
    expect(why).toMatch(/commitments\[0\]: .*another node or run/);
    // The answers themselves are right.
    expect(report.stages.find(({ name }) => name === 'one-pass')?.outcome).toBe('passed');
  });

  it("another job's answers, by one pass", async () => {
    const { spec_digest, seed, sampling } = (await resultOf(spec)).receipt;
    const copied = await forged(await resultOf(otherSpec), { spec_digest, seed, sampling });
    expect((await verdictOf(documentOf(copied))).by).toBe('one-pass');
  });

  it('swapped tokens, by one pass, with their place', async () => {
    const result = await resultOf(spec);
    const [first, ...others] = result.outputs;
    const ids = [...(first?.token_ids ?? [])];
    const other = ids.find((id) => id !== ids[3]);
    ids[3] = other ?? 0;
    const outputs = [{ ...first, token_ids: ids } as TextGenerationOutput, ...others];
    const { by, why } = await verdictOf(documentOf(await forged({ ...result, outputs }, {})));
    expect(by).toBe('one-pass');
    expect(why).toMatch(/outputs\[0\]: step \d+/);
    // The text alone, with the tokens as they were.
    const told = [{ ...first, text: '7' } as TextGenerationOutput, ...others];
    const lie = await verdictOf(documentOf(await forged({ ...result, outputs: told }, {})));
    expect([lie.by, lie.why]).toEqual([
      'one-pass',
      expect.stringMatching(/the text is not what the tokens say/),
    ]);
  });

  it('an answer that was cut short, by one pass', async () => {
    const result = await resultOf(spec);
    const short = await resultOf({ ...spec, params: { ...spec.params, max_tokens: 6 } });
    const { spec_digest, sampling } = result.receipt;
    const { by, why } = await verdictOf(documentOf(await forged(short, { spec_digest, sampling })));
    expect(by).toBe('one-pass');
    expect(why).toMatch(/would not have ended/);
  });

  it('another seed than the one that was asked for, by one pass', async () => {
    const result = await resultOf({ ...spec, params: { ...spec.params, seed: 4711 } });
    const { spec_digest } = (await resultOf(spec)).receipt;
    const { by, why } = await verdictOf(documentOf(await forged(result, { spec_digest, seed: 5 })));
    expect(by).toBe('one-pass');
    expect(why).toMatch(/step \d+: the token is \d+, the seed draws \d+/);
  });

  it.each(['tampered', 'shallower', 'coarser'] as const)(
    'a model with %s weights, by one pass',
    async (which) => {
      const { by, why } = await verdictOf(documentOf(await cheatedOn(models[which])));
      expect(by).toBe('one-pass');
      expect(why).toMatch(/the logit of token \d+ is said to be/);
    },
  );

  it('a model with other weights that admits it, by its digest', async () => {
    const cheap = await createInferenceEngine({ modelsDir: models.tampered });
    try {
      expect((await verdictOf(documentOf(await resultOf(spec, key, cheap)))).by).toBe('model');
    } finally {
      await cheap.close();
    }
  });

  it('what the receipt bills, hides or bends, by its claims', async () => {
    const result = await resultOf(spec);
    const { tokens, commitment: _, signature: __, ...rest } = result.receipt;
    const more = await forged(result, { tokens: { ...tokens, completion: tokens.completion + 1 } });
    expect((await verdictOf(documentOf(more))).why).toMatch(/tokens\.completion: it bills/);
    const bent = await forged(result, { sampling: { ...rest.sampling, temperature: 0.1 } as never });
    expect((await verdictOf(documentOf(bent))).why).toMatch(/sampling: it is not what the spec asks for/);
    const coarse = await forged(result, { precision: 'int8' });
    const asked = { spec: { ...spec, precision: 'fp32' as const }, inputs: spec.inputs as string[] };
    expect((await verdictOf(documentOf(coarse), { asked })).by).toBe('claims');
    const unbound = Receipt2.parse(await signReceipt({ ...rest, tokens }, key.sign));
    expect((await verdictOf(documentOf({ ...result, receipt: unbound }))).why).toMatch(/commitment/);
  });
});

describe('the command', () => {
  async function command(...argv: string[]) {
    const child = spawn(process.execPath, [CLI, 'replay', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    const [code] = await once(child, 'close');
    return { code, out, err };
  }

  it('prints a report and ends with the verdict', async () => {
    const result = await resultOf(spec);
    const file = join(models.root, 'result.json');
    const definition = join(models.root, 'definition.json');
    await writeFile(file, JSON.stringify(documentOf(result)));
    await writeFile(definition, JSON.stringify(inferenceDefinition(spec)));
    const good = await command(file, '--definition', definition, '--json', '--full');
    expect([good.code, good.err]).toEqual([0, '']);
    expect(JSON.parse(good.out)).toMatchObject([{ verdict: 'verified', node: key.address }]);
    const bad = await command(file, '--definition', definition, '--node', createNodeKey().address);
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/refuted by binding/);
    const nowhere = await command(file, '--definition', definition, '--provider', 'abacus');
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.err).toMatch(/abacus/);
    expect(() => receiptsIn(inferenceDefinition(spec))).toThrow(/neither a receipt nor a result/);
  });
});
