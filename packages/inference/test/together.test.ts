import { describe, expect, it } from 'vitest';
import { type Companion, companionOf, type RequestSharing, sharingOf } from '../src/generation/together.js';

const COMPANY_NEEDED = { shared: false, together: true } as const;
const TOGETHER: RequestSharing = { shared: true, together: true };

describe('whether a request shares steps', () => {
  it.each<[string, Parameters<typeof sharingOf>, RequestSharing]>([
    ['always, where nothing changes a bit', [{ shared: true }, { n: 1 }], { shared: true }],
    ['as any other there', [{ shared: true }, { n: 1, together: true }], { shared: true }],
    ['never, where rows change each other', [{ shared: false }, { n: 4, together: true }], { shared: false }],
    ['not by itself, where a row alone differs', [COMPANY_NEEDED, { n: 1 }], { shared: false }],
    ['where it asks for it', [COMPANY_NEEDED, { n: 1, together: true }], TOGETHER],
    ['with several completions', [COMPANY_NEEDED, { n: 2 }], TOGETHER],
    ['not if it says so', [COMPANY_NEEDED, { n: 2, together: false }], { shared: false }],
  ])('%s', (_, [traits, request], expected) => {
    expect(sharingOf(traits, request)).toEqual(expected);
  });
});

describe('what a row is given that must not be alone', () => {
  it.each<[string, Parameters<typeof companionOf>, Companion | undefined]>([
    ['a row that is idle, for a token', [1, 1, false], 'idle row'],
    ['its last logits once more, for a part of a prompt', [1, 8, false], 'place twice'],
    ['nothing, where all logits are asked for', [1, 4, true], undefined],
    ['nothing beside another', [2, 1, false], undefined],
    ['nothing beside others that read', [5, 64, false], undefined],
  ])('%s', (_, step, expected) => {
    expect(companionOf(...step)).toBe(expected);
  });
});
