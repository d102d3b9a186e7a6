import fc from 'fast-check';
import { STORIES, type Story } from './stories.js';

/** How an instruction is made wrong. */
export interface Spoil {
  /** Which of its accounts. */
  readonly position: number;
  readonly how: 'another account' | 'no account' | 'read-only' | 'no signer' | 'cut data';
  readonly another: number;
}

/** The numbers from which one instruction is made; what they mean depends on its kind. */
export interface Draw {
  readonly who: number;
  readonly other: number;
  readonly key: number;
  readonly second: number;
  readonly amount: bigint;
  readonly spoil: Spoil | null;
}

/** One transaction. */
export interface TransactionDraw {
  readonly version: 'legacy' | 'v0' | 'v0 with a table';
  readonly payer: number;
  readonly instructions: readonly { readonly kind: string; readonly draw: Draw }[];
  /** A signature that is none. */
  readonly forged: boolean;
}

/** What happens next. */
export type Step =
  | { readonly transaction: TransactionDraw }
  | { readonly slots: number }
  | { readonly seconds: number };

const amount = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: 3_000_000n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 10_000_000_000n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 890_880n, 2_039_280n, 1n << 63n, (1n << 64n) - 1n) },
);

const spoil = fc.record({
  position: fc.nat(19),
  how: fc.constantFrom('another account', 'no account', 'read-only', 'no signer', 'cut data'),
  another: fc.nat(200),
});

const draw: fc.Arbitrary<Draw> = fc.record({
  // Those who have something do most of it.
  who: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3, 4),
  other: fc.nat(4),
  key: fc.nat(3),
  second: fc.nat(3),
  amount,
  spoil: fc.option(spoil, { freq: 5 }),
});

/** Steps of one run: random transactions, and stories that can succeed, with time going by in between. */
export const anySteps = (kinds: readonly string[]): fc.Arbitrary<Step[]> => {
  const version = fc.constantFrom('legacy' as const, 'v0' as const, 'v0 with a table' as const);
  const transaction = fc.record({
    version,
    payer: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4),
    instructions: fc.array(fc.record({ kind: fc.constantFrom(...kinds), draw }), {
      minLength: 1,
      maxLength: 4,
    }),
    forged: fc.nat(40).map((drawn) => drawn === 40),
  });
  const story = fc.record({
    version,
    story: fc.constantFrom(...STORIES),
    amount: fc.bigInt(1n, 2_000n),
    budget: fc.constantFrom(null, null, null, 2, 3, 3, 4),
  });
  const step: fc.Arbitrary<Step[]> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ transaction }).map((one) => [one]) },
    { weight: 6, arbitrary: story.map(tell) },
    { weight: 1, arbitrary: fc.record({ slots: fc.integer({ min: 1, max: 3 }) }).map((one) => [one]) },
    {
      weight: 1,
      arbitrary: fc
        .record({ seconds: fc.constantFrom(1, 60, 3_600, 86_400, 15 * 86_400) })
        .map((one) => [one]),
    },
  );
  return fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }).map((steps) => steps.flat());
};

interface Telling {
  readonly version: TransactionDraw['version'];
  readonly story: Story;
  readonly amount: bigint;
  /** Which compute budget goes before each instruction; none when null. */
  readonly budget: number | null;
}

/** Turns a story into steps: one transaction for each of its instructions, paid by who is in it. */
function tell({ version, story, amount, budget }: Telling): Step[] {
  return story.map((line): Step => {
    if (!Array.isArray(line)) return line;
    const [kind, given] = line;
    const draw: Draw = { who: 0, other: 0, key: 0, second: 0, amount, spoil: null, ...given };
    const budgets =
      budget === null
        ? []
        : ['unitLimit', 'unitPrice'].map((name) => ({
            kind: name,
            draw: { ...draw, key: budget, other: 0 },
          }));
    const instructions = [...budgets, { kind, draw }];
    return { transaction: { version, payer: draw.who, instructions, forged: false } };
  });
}
