import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCommitter, readCommitment } from '../src/generation/commitment.js';
import { openScorer } from '../src/scoring/scorer.js';
import { ARITHMETIC_DIR } from './support.js';
import { engineForTests } from './tasks/support.js';

const engine = engineForTests();
const request = {
  model: 'arithmetic',
  prompt: '384*57',
  reasoning: true,
  temperature: 0.8,
  seed: 11,
  commitment: { salt: 'job 1' },
};
const MODELS_DIR = `${ARITHMETIC_DIR}..`;

describe('a commitment to logits', () => {
  it('is over salt, prompt, rows and tokens, and its records give the largest logits back', () => {
    const rows = Array.from({ length: 9 }, (_, step) =>
      Float32Array.from({ length: 6 }, (_, id) => Math.sin(7 * step + id)),
    );
    const committer = createCommitter('salt', [3, 1]);
    const hash = createHash('sha256')
      .update('salt\n')
      .update(new Uint8Array(Int32Array.of(3, 1).buffer));
    rows.forEach((row, step) => {
      committer.add(row, step);
      hash.update(new Uint8Array(row.buffer)).update(new Uint8Array(Int32Array.of(step).buffer));
    });
    const { steps, digest, records } = committer.value();
    expect([steps, digest]).toEqual([9, hash.digest('hex')]);
    const read = readCommitment({ steps, records });
    expect(read?.map(({ step }) => step)).toEqual([0, 8]);
    for (const { step, top } of read ?? []) {
      const sorted = [...(rows[step] ?? [])].sort((a, b) => b - a);
      expect(top.map(({ logit }) => logit)).toEqual(sorted.slice(0, 4));
      for (const { id, logit } of top) expect(rows[step]?.[id]).toBe(logit);
    }
    expect(readCommitment({ steps: 17, records })).toBeUndefined();
    expect(readCommitment({ steps: 9, records: 'AAAA' })).toBeUndefined();
  });

  it('has the same bits alone, in company and again, others for another salt, and changes no token', async () => {
    const [alone] = [await engine().generate(request)];
    const company = Array.from({ length: 12 }, (_, seed) =>
      engine().generate({ ...request, prompt: `${100 + seed}*5`, seed }),
    );
    const together = await engine().generate(request);
    await Promise.all(company);
    expect(together.sharing.mostRows).toBeGreaterThan(1);
    expect(together.completions[0]?.commitment).toEqual(alone?.completions[0]?.commitment);
    const other = await engine().generate({ ...request, commitment: { salt: 'job 2' } });
    expect(other.completions[0]?.commitment?.digest).not.toBe(alone?.completions[0]?.commitment?.digest);
    const { commitment: _, ...plain } = request;
    const uncommitted = await engine().generate(plain);
    expect(uncommitted.tokenIds).toEqual(alone?.tokenIds);
    expect(uncommitted.completions[0]?.commitment).toBeUndefined();
  });
});

describe('one pass over known tokens', () => {
  it('finds them plausible, gives their text and end, and logits within rounding of those committed to', async () => {
    const scorer = await openScorer(MODELS_DIR, 'arithmetic', undefined, 1);
    try {
      const several = await engine().generate({ ...request, n: 3 });
      for (const [index, completion] of several.completions.entries()) {
        const scored = await scorer.score({ ...request, n: 3 }, index, completion.tokenIds, 1e-3);
        expect(scored).toMatchObject({
          text: completion.text,
          reasoningText: completion.reasoningText,
          finishReason: completion.finishReason,
        });
        expect(scored.implausible).toBeUndefined();
        const committed = completion.commitment && readCommitment(completion.commitment);
        expect(committed?.length).toBeGreaterThan(1);
        for (const { step, top } of committed ?? []) {
          for (const { id, logit } of top) {
            expect(Math.abs((scored.rows[step]?.[id] ?? Number.NaN) - logit)).toBeLessThan(1e-3);
          }
        }
      }
    } finally {
      await scorer.release();
    }
  });

  it('names the first token that a draw could not have given, and says when the end is not where it was', async () => {
    const scorer = await openScorer(MODELS_DIR, 'arithmetic', undefined, 1);
    try {
      const { tokenIds } = await engine().generate(request);
      const swapped = tokenIds.map((id, step) => (step === 5 ? (id + 1) % 20 : id));
      expect((await scorer.score(request, 0, swapped, 1e-3)).implausible).toMatchObject({
        step: 5,
        id: swapped[5],
        drawn: tokenIds[5],
      });
      const short = await scorer.score(request, 0, tokenIds.slice(0, -2), 1e-3);
      expect([short.implausible, short.finishReason]).toEqual([undefined, undefined]);
      const long = await scorer.score(request, 0, [...tokenIds, 3], 1e-3);
      expect(long.finishReason).toBeUndefined();
      await expect(scorer.score(request, 0, [999], 1e-3)).rejects.toThrow(/not of this model/);
    } finally {
      await scorer.release();
    }
  });
});
