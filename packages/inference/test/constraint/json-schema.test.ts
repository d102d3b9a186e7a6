import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileSchema } from '../../src/constraint/compile-schema.js';
import { constrain } from '../../src/constraint/constraint.js';
import { grammarOf } from '../../src/constraint/grammar.js';
import { checkJsonSchema } from '../../src/constraint/json-schema.js';
import { InferenceError } from '../../src/errors.js';
import { uniformAt } from '../../src/sampling/random.js';
import { sampleToken } from '../../src/sampling/sampler.js';
import { vocabularyOf } from '../../src/tokens/vocabulary.js';

const STOP = 0;
/** Tokens of one and of several characters, as vocabularies have them; the last ones stand for nothing. */
const TEXTS = [
  '',
  ...'0123456789{}[]",:-.eE+ abcdefghijklmnopqrstuvwxyz_',
  ...['true', 'false', 'null', '":', '{"', '",', '12', 'ab', '', '', ''],
];
const RULE = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const MOST = 400;
const VOCABULARY = { texts: TEXTS, kind: 'raw' } as const;

/** What a model without any idea says under a schema; null when it does not come to an end. */
async function babble(schema: Record<string, unknown>, seed: number): Promise<string | null> {
  const compiled = await compileSchema(checkJsonSchema(schema), VOCABULARY, [STOP]);
  const constraint = constrain(await compiled.start(), true);
  let text = '';
  try {
    for (let place = 0; place < MOST; place++) {
      const logits = Float32Array.from(TEXTS, (piece, id) =>
        // It would rather end, or close, than go on, so that it does one day.
        id === STOP || (piece !== '' && '}]"'.includes(piece)) ? 3 : uniformAt(seed, place * 997 + id),
      );
      const id = sampleToken(await constraint.apply(logits), RULE, uniformAt(seed + 1, place));
      constraint.accept(id);
      if (id === STOP) return text;
      text += TEXTS[id] ?? '';
    }
    return null;
  } finally {
    constraint.close();
  }
}

/** JSON knows no largest number, and a babbling model writes many digits: their size is not the schema's concern. */
const withinRange = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.max(-1e15, Math.min(1e15, value)) : value;

const scalars = fc.constantFrom<z.ZodType>(
  z.int(),
  z.number(),
  z.number().min(-2.5).lt(1e6),
  z.boolean(),
  z.enum(['ab', 'cd', 'e']),
  z.literal(12),
  z.null(),
  z.string().min(2).max(6),
  z.string().regex(/^[a-c]+\d{1,3}$/),
);
const shapes: fc.Arbitrary<z.ZodType> = fc.letrec<{ shape: z.ZodType }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 2 },
    scalars,
    fc
      .dictionary(fc.constantFrom('a', 'bc', 'd_e'), tie('shape'), { minKeys: 1, maxKeys: 3 })
      .map((parts) => z.strictObject(parts)),
    tie('shape').map((part) => z.strictObject({ a: part.optional(), b: z.int() })),
    tie('shape').map((part) => z.array(part).min(1).max(3)),
    fc.tuple(tie('shape'), tie('shape')).map((parts) => z.union(parts)),
  ),
})).shape;

describe('text under a JSON schema', () => {
  it('satisfies it, whatever the model would rather say', async () => {
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), async (shape, seed) => {
        const text = await babble(z.toJSONSchema(shape) as Record<string, unknown>, seed);
        if (text === null) return;
        ended += 1;
        expect(shape.safeParse(JSON.parse(text, withinRange)).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(ended).toBeGreaterThan(20);
  });

  it('ends where it is whole', async () => {
    expect(await babble({ const: 'ab' }, 1)).toBe('"ab"');
    expect(await babble({ enum: [12] }, 1)).toBe('12');
  });

  it('ends by itself where there is no stop token', async () => {
    const compiled = await compileSchema({ const: 1 }, VOCABULARY, []);
    const constraint = constrain(await compiled.start(), false);
    expect(await constraint.ended()).toBe(false);
    constraint.accept(TEXTS.indexOf('1'));
    expect(await constraint.ended()).toBe(true);
    constraint.close();
  });

  it('is refused where the vocabulary cannot say it', async () => {
    await expect(babble({ const: 'Ω' }, 1)).rejects.toThrow("jsonSchema: the model's tokens cannot write");
  });

  it('that was not checked is refused, and the next one works', async () => {
    const enormous = compileSchema({ type: 'nonsense' }, VOCABULARY, [STOP]);
    await expect(enormous).rejects.toThrow('jsonSchema.type: cannot be used ("nonsense")');
    await expect(enormous).rejects.toThrow(InferenceError);
    expect(await babble({ const: 'ab' }, 1)).toBe('"ab"');
  });
});

describe('a JSON schema', () => {
  const nested = (depth: number): Record<string, unknown> =>
    depth === 0 ? { type: 'null' } : { type: 'array', items: nested(depth - 1) };

  it.each<[Record<string, unknown>, string]>([
    [{ type: 'nonsense' }, 'jsonSchema.type: expected one of object, array'],
    [{ type: ['string', 'none'] }, 'jsonSchema.anyOf.1.type: expected one of'],
    [{ type: ['string', 'null'], maxLength: 3 }, 'jsonSchema.type: expected one of'],
    [
      { type: 'string', format: 'date' },
      'jsonSchema.format: not kept here; known: type, minLength, maxLength, pattern',
    ],
    [{ type: 'string', pattern: 7 }, 'jsonSchema.pattern: expected a text'],
    [{ type: 'integer', pattern: 'a' }, 'jsonSchema.pattern: not kept here; known: type, minimum'],
    [{ $ref: '#' }, 'jsonSchema.$ref: expected "#/$defs/NAME" of a definition'],
    [{ $ref: '#/$defs/b', $defs: { a: {} } }, 'jsonSchema.$ref: expected "#/$defs/NAME"'],
    [{ $ref: '#/$defs/toString', $defs: {} }, 'jsonSchema.$ref: expected "#/$defs/NAME"'],
    [{ $ref: '#/$defs/a', $defs: { a: {} }, type: 'null' }, 'jsonSchema.type: nothing is kept beside $ref'],
    [
      { $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } } },
      'jsonSchema.$defs.a.items.$ref: a schema within itself is not kept',
    ],
    [
      { $ref: '#/$defs/a', $defs: { a: { type: 'string', format: 'date' } } },
      'jsonSchema.$defs.a.format: not kept here',
    ],
    [
      {
        $ref: '#/$defs/a0',
        $defs: Object.fromEntries(
          Array.from({ length: 7 }, (_, at) => {
            const next = { $ref: `#/$defs/a${at + 1}` };
            return [`a${at}`, at === 6 ? { type: 'null' } : { anyOf: [next, next, next] }];
          }),
        ),
      },
      'more than 256 schemas',
    ],
    [{ type: 'integer', minimum: 0.2, maximum: 0.8 }, 'jsonSchema.minimum: no whole number'],
    [{ type: 'integer', minimum: '1', maximum: 2 }, 'jsonSchema.minimum: expected a number'],
    [{ type: 'integer', minimum: Number.NaN }, 'jsonSchema.minimum: expected a number'],
    [{ type: 'integer', minimum: 2 ** 53 }, 'jsonSchema.minimum: no whole number within the range is safe'],
    [
      { type: 'number', minimum: 2, exclusiveMaximum: 2 },
      'jsonSchema.minimum: no decimal of up to 15 digits',
    ],
    [{ type: 'number', multipleOf: 0.1 }, 'jsonSchema.multipleOf: not kept here; known: type, minimum'],
    [
      { anyOf: Array.from({ length: 100 }, (_, at) => ({ type: 'number', minimum: at })) },
      'ranges take more than 10000 states together',
    ],
    [{ allOf: [{}] }, 'jsonSchema.allOf: not kept here'],
    [{ minLength: 3 }, 'jsonSchema.minLength: not kept here'],
    [{ anyOf: [{}], type: 'string' }, 'jsonSchema.type: not kept here; known: anyOf'],
    [{ anyOf: [{ type: 'null' }, 7] }, 'jsonSchema.anyOf.1: expected an object'],
    [{ type: 'integer', enum: [1, 'a'] }, 'jsonSchema.enum: not of type "integer"'],
    [{ enum: [] }, 'jsonSchema.enum: expected a list'],
    [
      { type: 'object', properties: { a: { type: 'integer', minimum: 121, maximum: 120 } } },
      'jsonSchema.properties.a.minimum: no whole number',
    ],
    [{ type: 'object', properties: {}, required: ['a'] }, 'jsonSchema.required: names what is no property'],
    [{ type: 'object', additionalProperties: true }, 'jsonSchema.additionalProperties: only false'],
    [{ type: 'string', maxLength: 1000 }, 'jsonSchema.maxLength: expected 0 to 256'],
    [{ type: 'array', minItems: 3, maxItems: 2 }, 'jsonSchema.minItems: above maxItems'],
    [{ enum: ['x'.repeat(20_000)] }, 'at most 10000 are allowed'],
    [nested(17), 'nested more than 16 deep'],
    [{ anyOf: new Array(256).fill({}) }, 'jsonSchema.anyOf.255: more than 256 schemas'],
  ])('of %j is refused by the place', (schema, message) => {
    expect(() => grammarOf(checkJsonSchema(schema))).toThrow(message);
  });

  it('has definitions where they are referred to', () => {
    const [digit, pair] = [
      { $ref: '#/$defs/digit' },
      { type: 'array', items: { $ref: '#/definitions/one' } },
    ];
    const schema = {
      type: 'object',
      properties: { a: digit, b: { anyOf: [digit, pair] } },
      $defs: { digit: { type: 'integer', minimum: 0, maximum: 2 }, unused: { format: 'date' } },
      definitions: { one: { const: 1 } },
    };
    const spelled = { type: 'integer', minimum: 0, maximum: 2 };
    expect(checkJsonSchema(schema)).toEqual({
      type: 'object',
      properties: { a: spelled, b: { anyOf: [spelled, { type: 'array', items: { const: 1 } }] } },
    });
  });

  it('of a library that gives each reused part a definition binds what is written', async () => {
    const count = z.int().min(1).max(1000);
    const zod = z.strictObject({ first: count, second: count, third: z.array(count).max(2) });
    const schema = z.toJSONSchema(zod, { reused: 'ref' });
    expect(JSON.stringify(schema)).toContain('$ref');
    let ended = 0;
    for (let seed = 0; seed < 5; seed++) {
      const text = await babble(schema as Record<string, unknown>, seed);
      if (text === null) continue;
      ended += 1;
      expect(zod.safeParse(JSON.parse(text)).success, text).toBe(true);
    }
    expect(ended).toBeGreaterThan(0);
  });

  it('loses what says nothing', () => {
    const schema = { $schema: 'x', type: 'integer', title: 'a number' };
    expect(checkJsonSchema(schema)).toEqual({ type: 'integer' });
    const choice = { type: ['integer', 'null'], description: 'perhaps a number' };
    expect(checkJsonSchema(choice)).toEqual({ anyOf: [{ type: 'integer' }, { type: 'null' }] });
  });

  it('of any kind is taken or refused, never a crash', () => {
    const keyword = fc.constantFrom(
      'type',
      'anyOf',
      'items',
      'properties',
      'required',
      'enum',
      'const',
      'minItems',
    );
    fc.assert(
      fc.property(
        fc.dictionary(keyword, fc.oneof(fc.jsonValue(), fc.constantFrom('array', 'object'))),
        (schema) => {
          try {
            expect(checkJsonSchema(schema)).toBeTypeOf('object');
          } catch (error) {
            expect(error).toBeInstanceOf(InferenceError);
          }
        },
      ),
    );
  });
});

describe('a vocabulary', () => {
  it('is read from maps and from lists, without control tokens', () => {
    const added_tokens = [{ id: 1, content: '<eos>' }];
    const map = { model: { vocab: { a: 0, '<eos>': 1, b: 2, far: 9 } }, added_tokens };
    expect(vocabularyOf(map, 4)).toEqual({ texts: ['a', '', 'b', ''], kind: 'raw' });
    const list = {
      model: {
        vocab: [
          ['a', -1],
          ['<eos>', 0],
          ['b', -2],
        ],
      },
      added_tokens,
      decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }] },
    };
    expect(vocabularyOf(list, 3)).toEqual({ texts: ['a', '', 'b'], kind: 'byte_fallback' });
    expect(vocabularyOf({ ...map, decoder: { type: 'ByteLevel' } }, 3).kind).toBe('byte_level');
  });
});
