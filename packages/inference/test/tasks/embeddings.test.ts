import { describe, expect, it } from 'vitest';
import { engineForTests, failureOf, modelJson } from './support.js';

const engine = engineForTests();

interface Example {
  readonly page: string;
  readonly question: string;
  readonly page_vector: readonly number[];
  readonly question_vector: readonly number[];
}

const examples = modelJson<Example[]>('explorer-embedder', 'examples.json');

const embed = async (texts: string[], more: { normalize?: boolean; truncate?: boolean } = {}) =>
  engine().run({ task: 'embeddings', model: 'explorer-embedder', inputs: { texts, ...more } });

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, at) => sum + value * (b[at] ?? Number.NaN), 0);

describe('explorer-embedder', () => {
  it('gives the vectors of the framework that trained it', async () => {
    expect(examples).toHaveLength(24);
    const pages = (await embed(examples.map(({ page }) => page))).output;
    const questions = (await embed(examples.map(({ question }) => question))).output;
    expect(pages.dimensions).toBe(64);
    examples.forEach((example, index) => {
      for (const [vector, recorded] of [
        [pages.vectors[index], example.page_vector],
        [questions.vectors[index], example.question_vector],
      ] as const) {
        expect(vector).toHaveLength(64);
        recorded.forEach((value, at) => {
          expect(Math.abs(value - (vector?.[at] ?? Number.NaN))).toBeLessThan(1e-4);
        });
      }
    });
  });

  it('finds the page that a question asks for, among those of the others', async () => {
    const pages = (await embed(examples.map(({ page }) => page))).output.vectors;
    const questions = (await embed(examples.map(({ question }) => question))).output.vectors;
    const found = questions.map((question) => {
      const scores = pages.map((page) => dot(question, page));
      return scores.indexOf(Math.max(...scores));
    });
    const right = found.filter((page, question) => page === question);
    expect(right.length).toBeGreaterThanOrEqual(22);
  });

  it('gives a text the same vector in whatever company, one step each', async () => {
    const [first = '', second = ''] = examples.map(({ question }) => question);
    const both = await embed([first, second]);
    const alone = await embed([second]);
    expect(both.steps).toBe(2);
    expect(both.output.vectors[1]).toEqual(alone.output.vectors[0]);
    expect(Math.hypot(...(alone.output.vectors[0] ?? []))).toBeCloseTo(1, 6);
    const raw = (await embed([second], { normalize: false })).output.vectors[0] ?? new Float32Array();
    expect(Math.hypot(...raw)).not.toBeCloseTo(1, 2);
  });

  it('refuses what is too long, or cuts it where that is allowed, and says so', async () => {
    const long = 'queued '.repeat(70);
    expect(await failureOf(embed(['short', long]))).toMatch(
      /^too_long inputs\.texts\.1: \d+ tokens, at most 64 fit$/,
    );
    const { output } = await embed(['short', long], { truncate: true });
    expect(output.truncated).toEqual([false, true]);
    expect(output.tokens[1]).toBe(64);
  });
});
