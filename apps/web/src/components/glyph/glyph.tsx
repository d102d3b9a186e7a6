import type { ReactNode } from 'react';
import { glyphPattern } from './pattern';

/** The small mark before every address. Decorative: the address itself is the text. */
export function Glyph({
  address,
  size = 14,
  round = false,
}: {
  address: string;
  size?: number;
  /** A circle instead of a square. */
  round?: boolean;
}): ReactNode {
  const { hue, path } = glyphPattern(address);
  return (
    <svg
      width={size}
      height={size}
      viewBox="-1 -1 7 7"
      shapeRendering="crispEdges"
      aria-hidden="true"
      className={round ? 'shrink-0 rounded-full' : 'shrink-0 rounded-[3px]'}
    >
      <rect x="-1" y="-1" width="7" height="7" fill={`oklch(62% 0.11 ${hue})`} fillOpacity="0.2" />
      <path d={path} fill={`oklch(62% 0.11 ${hue})`} />
    </svg>
  );
}
