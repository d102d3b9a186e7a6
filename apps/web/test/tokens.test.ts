import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Theme = 'light' | 'dark';

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
const declared = new Map(
  [...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name ?? '', value ?? '']),
);

/** The hex colour of a token in a theme, through references. */
function colour(token: string, theme: Theme): string {
  const value = declared.get(token);
  if (value === undefined) throw new Error(`no token --${token}`);
  const pair = /^light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)$/.exec(value);
  if (pair) return (theme === 'light' ? pair[1] : pair[2]) ?? '';
  const reference = /^var\(--([\w-]+)\)$/.exec(value);
  if (reference) return colour(reference[1] ?? '', theme);
  throw new Error(`--${token} is no pair of hex colours: ${value}`);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(first: string, second: string): number {
  const [high = 0, low = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['page', 'surface', 'sunk', 'hover'];
const TEXTS = ['ink', 'ink-2', 'ink-3', 'accent', 'waiting', 'running', 'done', 'failed'];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  it.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    'lets %s be read on %s',
    (text, ground) => {
      expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['ink', 'accent-soft'],
    ['failed', 'failed-soft'],
    ['waiting', 'waiting-soft'],
    ['ink', 'waiting-soft'],
  ])('lets %s be read on %s', (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it('has eleven neutrals that go one way from the ground to the ink', () => {
    const steps = Array.from({ length: 11 }, (_, index) => luminance(colour(`n-${index}`, theme)));
    const sorted = [...steps].sort((a, b) => (theme === 'light' ? b - a : a - b));
    expect(steps).toEqual(sorted);
    expect(new Set(steps).size).toBe(11);
  });
});

it('knows the contrast of black on white', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});
