import type { ReactNode } from 'react';
import { Specimen } from './specimen';

const NEUTRALS = [
  'fill-[var(--n-0)]',
  'fill-[var(--n-1)]',
  'fill-[var(--n-2)]',
  'fill-[var(--n-3)]',
  'fill-[var(--n-4)]',
  'fill-[var(--n-5)]',
  'fill-[var(--n-6)]',
  'fill-[var(--n-7)]',
  'fill-[var(--n-8)]',
  'fill-[var(--n-9)]',
  'fill-[var(--n-10)]',
] as const;
const HUES = [
  ['accent', 'fill-accent', 'fill-accent-soft'],
  ['waiting', 'fill-waiting', 'fill-waiting-soft'],
  ['running', 'fill-running', 'fill-running-soft'],
  ['done', 'fill-done', 'fill-done-soft'],
  ['failed', 'fill-failed', 'fill-failed-soft'],
] as const;
const SIZES = ['text-12', 'text-13', 'text-14', 'text-16', 'text-20', 'text-28'] as const;

/** The tokens: neutrals, hues, type. */
export function PaletteSheet(): ReactNode {
  return (
    <>
      <Specimen name="Colours">
        <svg width="100%" height="32" role="img" aria-label="Eleven neutrals from ground to ink">
          {NEUTRALS.map((fill, index) => (
            <rect key={fill} x={`${index * 9.09}%`} width="9.09%" height="32" className={fill} />
          ))}
        </svg>
        <div className="flex flex-wrap gap-x-6 gap-y-2">
          {HUES.map(([name, fill, soft]) => (
            <span key={name} className="inline-flex items-center gap-2 text-13">
              <svg width="40" height="16" aria-hidden="true">
                <rect width="20" height="16" className={fill} />
                <rect x="20" width="20" height="16" className={soft} />
              </svg>
              {name}
            </span>
          ))}
        </div>
      </Specimen>
      <Specimen name="Type" note="Geist and Geist Mono, tabular numerals">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-2">
          {SIZES.map((size) => (
            <span key={size} className={size}>
              {size.slice(5)} px 0123456789
            </span>
          ))}
          <span className="font-mono text-13">Mono 0O1lI 7xKq…9fPz</span>
        </div>
      </Specimen>
    </>
  );
}
