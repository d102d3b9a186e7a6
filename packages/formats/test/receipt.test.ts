import { ed25519 } from '@noble/curves/ed25519.js';
import { base58 } from '@scure/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  canonicalDigest,
  canonicalJson,
  outputDigest,
  RECEIPT_SCHEMA,
  RECEIPT_SCHEMA_2,
  Receipt,
  signReceipt,
  type UnsignedReceipt,
  type UnsignedReceipt2,
  verifyReceipt,
} from '../src/index.js';

const secretKey = new Uint8Array(32).fill(9);
const node = base58.encode(ed25519.getPublicKey(secretKey));
const sign = (message: Uint8Array) => ed25519.sign(message, secretKey);
const address = (fill: number) => base58.encode(new Uint8Array(32).fill(fill));
const count = fc.nat({ max: 1_000_000 });
const ms = fc.double({ min: 0, max: 1e7, noNaN: true });
const text = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });

const common = {
  job: fc.constant(address(1)),
  market: fc.constant(address(2)),
  node: fc.constant(node),
  run: fc.constant(address(3)),
  op: text,
  definition_cid: fc.constant('QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51'),
  spec_digest: fc.constant(canonicalDigest({ a: 1 })),
  model: fc.record({ name: text, digest: fc.constant('ab'.repeat(32)), parameters: count }),
  task: fc.constant('text-generation'),
  precision: fc.constantFrom('fp32' as const, 'int8' as const),
  runtime: fc.record({
    name: text,
    version: text,
    provider: fc.constant('cpu'),
    threads: fc.integer({ min: 1, max: 64 }),
  }),
  hardware: fc.record({
    cpu_model: text,
    logical_cores: fc.integer({ min: 1, max: 512 }),
    memory_mb: count,
    gpus: fc.array(fc.record({ name: text, memory_mb: count }), { maxLength: 2 }),
  }),
  batch: fc.integer({ min: 1, max: 64 }),
  timing_ms: fc.record({ queue: ms, load: ms, first_token: ms, total: ms }),
  output_digest: fc.constant(outputDigest([{ text: '1' }])),
  seed: count,
  started_at: count,
  finished_at: count,
};

const first: fc.Arbitrary<UnsignedReceipt> = fc.record({
  ...common,
  schema: fc.constant(RECEIPT_SCHEMA),
  tokens: fc.record({ prompt: count, completion: count, reasoning: count }),
  sampling: fc.record({
    temperature: fc.constantFrom(0, 0.7),
    top_k: count,
    top_p: fc.constant(1),
    max_tokens: fc.integer({ min: 1, max: 4096 }),
  }),
  schedule: fc.record({ prefill_chunk: fc.constant(64), kv_rule: text }),
});

const attestation = fc.constantFrom('measured' as const, 'claimed' as const);

const second: fc.Arbitrary<UnsignedReceipt2> = fc.record(
  {
    ...common,
    schema: fc.constant(RECEIPT_SCHEMA_2),
    job: fc.option(common.job),
    market: fc.option(common.market),
    run: fc.option(common.run),
    definition_cid: fc.option(common.definition_cid),
    precision: fc.constantFrom('fp32' as const, 'bf16' as const, 'unknown' as const),
    kernel_class: fc.option(text),
    inputs: fc.integer({ min: 1, max: 1000 }),
    batch_mean: fc.constantFrom(1, 7.25),
    tokens: fc.record({ prompt: count, completion: count, reasoning: count, cached: count }),
    sampling: fc.record({
      reasoning: fc.boolean(),
      max_tokens: fc.integer({ min: 1, max: 4096 }),
      temperature: fc.constantFrom(0, 0.7),
      top_k: count,
      top_p: fc.constant(1),
      min_p: fc.constant(0),
      repetition_penalty: fc.constant(1.1),
      frequency_penalty: fc.constant(-0.5),
      presence_penalty: fc.constant(0),
      logit_bias: fc.constant({ '7': 1.5 }),
      stop: fc.array(text, { maxLength: 2 }),
      n: fc.integer({ min: 1, max: 4 }),
    }),
    schedule: fc.record(
      {
        prefill_chunk: fc.constant(64),
        kv_rule: text,
        shared: fc.boolean(),
        together: fc.constant(true as const),
      },
      { requiredKeys: ['prefill_chunk', 'kv_rule', 'shared'] },
    ),
    commitment: fc.record({ scheme: text, digest: fc.constant('cd'.repeat(32)) }),
    attestation: fc.record({
      model: attestation,
      runtime: attestation,
      hardware: attestation,
      tokens: attestation,
      timing: attestation,
      sampling: attestation,
      output: attestation,
    }),
  },
  {
    requiredKeys: [
      ...(Object.keys(common) as (keyof typeof common)[]),
      'schema',
      'kernel_class',
      'inputs',
      'batch_mean',
      'tokens',
      'attestation',
    ],
  },
);

/** Receipts of every version: those of old jobs stay in the history. */
const unsigned: fc.Arbitrary<UnsignedReceipt> = fc.oneof(first, second);

type Leaf = { path: (string | number)[]; value: string | number };

function leavesOf(value: unknown, path: (string | number)[] = []): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

function replaced(value: unknown, path: (string | number)[], next: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return next;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[head] = replaced(copy[head], rest, next);
  return copy;
}

describe('receipts', () => {
  it('verify after a round trip through JSON, and after reordering their fields', async () => {
    await fc.assert(
      fc.asyncProperty(unsigned, async (input) => {
        const receipt = await signReceipt(input, sign);
        expect(verifyReceipt(receipt)).toBe(true);
        const text = JSON.stringify(receipt);
        expect(verifyReceipt(JSON.parse(text))).toBe(true);
        expect(verifyReceipt(Object.fromEntries(Object.entries(receipt).reverse()))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('fail when any single field is changed, removed or added', async () => {
    await fc.assert(
      fc.asyncProperty(unsigned, async (input) => {
        const receipt = await signReceipt(input, sign);
        for (const { path, value } of leavesOf(receipt)) {
          const changed =
            typeof value === 'number' ? value + 1 : `${value.slice(0, -1)}${value.endsWith('2') ? '3' : '2'}`;
          expect(verifyReceipt(replaced(receipt, path, changed)), path.join('.')).toBe(false);
        }
        for (const key of Object.keys(receipt)) {
          const { [key as keyof Receipt]: _, ...rest } = receipt;
          expect(verifyReceipt(rest), key).toBe(false);
        }
        const other = receipt.schema === RECEIPT_SCHEMA ? RECEIPT_SCHEMA_2 : RECEIPT_SCHEMA;
        expect(verifyReceipt({ ...receipt, schema: other })).toBe(false);
        expect(Receipt.safeParse({ ...receipt, schema: 'inferscan.receipt/3' }).success).toBe(false);
        expect(verifyReceipt({ ...receipt, extra: 1 })).toBe(false);
        expect(verifyReceipt({ ...receipt, model: { ...receipt.model, extra: 1 } })).toBe(false);
      }),
      { numRuns: 5 },
    );
  });

  it('fail when another key signed, and for anything that is no receipt', async () => {
    const [sample] = fc.sample(unsigned, 1);
    if (!sample) throw new Error('no sample');
    const other = new Uint8Array(32).fill(8);
    expect(verifyReceipt(await signReceipt(sample, (message) => ed25519.sign(message, other)))).toBe(false);
    fc.assert(fc.property(fc.jsonValue(), (value) => !verifyReceipt(value)));
    await expect(signReceipt(sample, () => new Uint8Array(3))).rejects.toThrow(/64 bytes/);
    await expect(signReceipt(await signReceipt(sample, sign), sign)).rejects.toThrow(/signed already/);
  });
});

describe('canonical JSON', () => {
  it('follows RFC 8785', () => {
    // The RFC's own example (section 3.2.2 and 3.2.3).
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('says the same for the same JSON, and refuses what JSON cannot say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
  });
});
