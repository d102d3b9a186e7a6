import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type InferenceSpec,
  Receipt2,
  readPartial,
  signPartial,
  type TextGenerationSpec,
  verifyReceipt,
} from '@inferscan/formats';
import { DEFAULT_MODELS_DIR, type InferenceEngine } from '@inferscan/inference';
import { describe, expect, it } from 'vitest';

import type { PartialDeps } from '../../src/execution/resume.js';
import { ExecutionStopped } from '../../src/execution/stop.js';
import { receiptsIn } from '../../src/replay/document.js';
import { replay } from '../../src/replay/replay.js';
import type { OperationOutcome } from '../../src/result/flow.js';
import { openPartialFile } from '../../src/state/partial-file.js';
import { createNodeKey, engineForTests, outputsOf, runSpec } from './support.js';

const engine = engineForTests();
const spec: TextGenerationSpec = {
  model: 'arithmetic',
  task: 'text-generation',
  inputs: Array.from({ length: 40 }, (_, index) => `${100 + 13 * index}*${10 + index}`),
  params: { reasoning: true, temperature: 0.8, seed: 2 },
};

/** Pinned documents, and what a node remembers of its run. */
function createPins() {
  const pinned = new Map<string, unknown>();
  const remembered = new Map<string, string>();
  const partial: PartialDeps = {
    everyRows: 6,
    store: {
      load: async (op) => remembered.get(op) ?? null,
      save: async (op, cid) => void remembered.set(op, cid),
    },
    pin: async (value) => {
      const cid = `Qm${String(pinned.size).padStart(44, '1').replaceAll('0', 'z')}`;
      pinned.set(cid, JSON.parse(JSON.stringify(value)));
      return cid;
    },
    fetch: async (cid) => {
      if (!pinned.has(cid)) throw new Error('nothing is there');
      return pinned.get(cid);
    },
    log: { info: () => undefined, warn: () => undefined },
  };
  return { pinned, remembered, partial };
}

function counting(inner: InferenceEngine) {
  const prompts: string[] = [];
  const generate: InferenceEngine['generate'] = (request, options) => {
    prompts.push(request.prompt ?? '');
    return inner.generate(request, options);
  };
  return { prompts, engine: { ...inner, generate } };
}

const key = createNodeKey();
const reference = (node = key, run = key.address) => ({
  job: key.address,
  market: key.address,
  node: node.address,
  run,
  definitionCid: 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51',
});

/** Runs until so many answers are there. */
async function interrupted(pins: ReturnType<typeof createPins>, after: number, asked: InferenceSpec = spec) {
  const stop = new AbortController();
  let answers = 0;
  const onAnswer = () => {
    answers += 1;
    if (answers === after) stop.abort(new ExecutionStopped('shutdown'));
  };
  const deps = { sign: key.sign, reference: reference(), partial: pins.partial, onAnswer };
  const outcome = await runSpec(engine(), asked, deps, stop.signal);
  expect(outcome.status).toBe('stopped');
  return outcome;
}

const receiptOf = (outcome: OperationOutcome) => {
  const json = JSON.parse(outcome.results?.receipt?.[0] ?? 'null');
  expect(verifyReceipt(json)).toBe(true);
  return Receipt2.parse(json);
};

async function verdictOf(outcome: OperationOutcome, asked: TextGenerationSpec) {
  const [op] = receiptsIn({ opStates: [{ operationId: outcome.op.id, results: outcome.results }] });
  if (!op) throw new Error('no receipt');
  const deps = { engine: engine(), modelsDir: DEFAULT_MODELS_DIR, threads: 1, expected: {}, full: true };
  const inputs = asked.inputs as string[];
  return replay(op, { ...deps, asked: { spec: asked, inputs } }, new AbortController().signal);
}

describe('an interrupted job', () => {
  it('goes on after a restart with what was pinned, to the same bits', async () => {
    const pins = createPins();
    const first = await interrupted(pins, 17);
    // On the way, and once more when it was stopped.
    expect(pins.pinned.size).toBeGreaterThan(1);
    const done = outputsOf(first).length;
    const { prompts, engine: counted } = counting(engine());
    const deps = { sign: key.sign, reference: reference(), partial: pins.partial };
    const second = await runSpec(counted, spec, deps);
    expect(second.status).toBe('success');
    expect(prompts).toEqual(spec.inputs.slice(done));
    const whole = await runSpec(engine(), spec, { sign: key.sign, reference: reference() });
    expect(second.results?.outputs).toEqual(whole.results?.outputs);
    expect(second.results?.commitments).toEqual(whole.results?.commitments);
    expect(second.logs.map(({ log }) => log)).toEqual(whole.logs.map(({ log }) => log));
    const receipt = receiptOf(second);
    expect(receipt.resumed).toBeUndefined();
    expect(receipt.tokens).toMatchObject({ completion: receiptOf(whole).tokens.completion });
    expect(second.results?.partial).toBeUndefined();
  });

  it('goes on elsewhere from where its result says, and the receipt says who did what', async () => {
    const pins = createPins();
    const first = await interrupted(pins, 11);
    const [cid = ''] = first.results?.partial ?? [];
    const done = outputsOf(first).length;
    const other = createNodeKey();
    const elsewhere = { ...createPins().partial, fetch: pins.partial.fetch };
    const asked: TextGenerationSpec = { ...spec, resume: cid };
    const { prompts, engine: counted } = counting(engine());
    const deps = { sign: other.sign, reference: reference(other, other.address), partial: elsewhere };
    const second = await runSpec(counted, asked, deps);
    const again = prompts.filter((prompt) => spec.inputs.indexOf(prompt) < done);
    expect(prompts.filter((prompt) => !again.includes(prompt))).toEqual(spec.inputs.slice(done));
    expect([8, 9]).toContain(again.length);
    expect(receiptOf(second).resumed).toEqual([
      { inputs: done, node: key.address, run: key.address, partial: cid },
    ]);
    expect((await verdictOf(second, asked)).verdict).toBe('verified');
  });

  it('begins anew where what was pinned is not signed, of another spec, of other weights, or more than was asked for', async () => {
    const pins = createPins();
    await interrupted(pins, 9);
    const cid = [...pins.remembered.values()][0] ?? '';
    const good = readPartial(pins.pinned.get(cid));
    if (!good) throw new Error('nothing was pinned');
    const { signature: _, ...unsigned } = good;
    const answers = good.answers.map((answer) => ({ ...answer, output: { text: '7' } }));
    const weights = (digest: string) =>
      good.answers.map((one) => ({ ...one, facts: { ...one.facts, model: { ...one.facts.model, digest } } }));
    const forgeries: [unknown, InferenceSpec][] = [
      [{ ...good, answers }, spec],
      [good, { ...spec, params: { ...spec.params, seed: 3 } }],
      [await signPartial({ ...unsigned, answers: weights('ab'.repeat(32)) }, key.sign), spec],
      [good, { ...spec, inputs: spec.inputs.slice(0, 3) as string[] }],
      [await signPartial({ ...unsigned, op: 'another' }, key.sign), spec],
      ['no partial result', spec],
    ];
    for (const [document, asked] of forgeries) {
      pins.pinned.set(cid, document);
      pins.remembered.set('inference', cid);
      const { prompts, engine: counted } = counting(engine());
      const deps = { sign: key.sign, reference: reference(), partial: pins.partial };
      const outcome = await runSpec(counted, asked, deps);
      expect(outcome.status).toBe('success');
      expect(prompts).toHaveLength(asked.inputs.length);
    }
  });

  it('goes on from what a node handed over, if that node signed it for that run and its answers are right', async () => {
    const pins = createPins();
    await interrupted(pins, 9);
    const cid = [...pins.remembered.values()][0] ?? '';
    const good = readPartial(pins.pinned.get(cid));
    if (!good) throw new Error('nothing was pinned');
    const { signature: _, ...unsigned } = good;
    const given = good.answers;
    const lie = async (change: (answer: (typeof given)[number]) => object) =>
      signPartial(
        { ...unsigned, answers: given.map((answer) => ({ ...answer, ...change(answer) })) },
        key.sign,
      );
    const other = createNodeKey();
    const facts = (answer: (typeof given)[number], tokens: object) => ({
      facts: { ...answer.facts, tokens: { ...answer.facts.tokens, ...tokens } },
    });
    const handed = { cid, node: key.address, run: key.address };
    const cases: [string, unknown, object, boolean][] = [
      ['as it was', good, handed, true],
      ['of another node', good, { ...handed, node: other.address }, false],
      ['of another run', good, { ...handed, run: other.address }, false],
      ['of another op', await signPartial({ ...unsigned, op: 'x' }, key.sign), handed, false],
      [
        'other answers',
        await lie(({ output }) => ({ output: { ...(output as object), text: '7' } })),
        handed,
        false,
      ],
      ['other tokens counted', await lie((answer) => facts(answer, { completion: 9 })), handed, false],
      [
        'other logits',
        await lie(({ commitment = [] }) => ({
          commitment: commitment.map((one) => ({ ...one, digest: 'ab'.repeat(32) })),
        })),
        handed,
        false,
      ],
    ];
    for (const [what, document, by, isUsed] of cases) {
      pins.pinned.set(cid, document);
      const taken = createNodeKey();
      const partial = {
        ...createPins().partial,
        fetch: pins.partial.fetch,
        handedOver: async () => [by as typeof handed],
      };
      const deps = { sign: taken.sign, reference: reference(taken, taken.address), partial };
      const outcome = await runSpec(engine(), spec, deps);
      const segments = [{ inputs: given.length, node: key.address, run: key.address, partial: cid }];
      expect({ what, resumed: receiptOf(outcome).resumed }).toEqual({
        what,
        resumed: isUsed ? segments : undefined,
      });
      if (isUsed) expect((await verdictOf(outcome, spec)).verdict).toBe('verified');
    }
  });

  it('is not harmed by pinning or reading that fails', async () => {
    let warnings = 0;
    const broken: PartialDeps = {
      ...createPins().partial,
      pin: () => Promise.reject(new Error('the service is down')),
      fetch: () => Promise.reject(new Error('the gateway is down')),
      store: { load: async () => 'Qm1', save: async () => undefined },
      log: {
        info: () => undefined,
        warn: () => {
          warnings += 1;
        },
      },
    };
    const outcome = await runSpec(engine(), spec, { partial: broken });
    expect(outcome.status).toBe('success');
    expect(warnings).toBe(2);
  });
});

it('a node remembers by run what it pinned, and a broken file counts as none', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-partial-'));
  try {
    const store = openPartialFile(dir, 'run 1');
    expect(await store.load('a')).toBeNull();
    await store.save('a', 'Qm1');
    await store.save('b', 'Qm2');
    expect([await store.load('a'), await openPartialFile(dir, 'run 1').load('b')]).toEqual(['Qm1', 'Qm2']);
    expect(await openPartialFile(dir, 'run 2').load('a')).toBeNull();
    await writeFile(join(dir, 'partials.json'), '{');
    expect(await store.load('a')).toBeNull();
  } finally {
    await rm(dir, { recursive: true });
  }
});
