import type { ReactNode } from 'react';
import { cx } from '../cx';
import { glyphPattern } from './pattern';

/** The small mark before every address. Decorative: the address itself is the text. */
export function Glyph({
  address,
  size = 14,
  round = false,
  className,
}: {
  address: string;
  size?: number;
  /** A circle instead of a square. */
  round?: boolean;
  className?: string;
}): ReactNode {
  const { hue, path } = glyphPattern(address);
  return (
    <svg
      width={size}
      height={size}
      viewBox="-1 -1 7 7"
      shapeRendering="crispEdges"
      aria-hidden="true"
      className={cx('shrink-0', round ? 'rounded-full' : 'rounded-[3px]', className)}
    >
      <rect x="-1" y="-1" width="7" height="7" fill={`oklch(62% 0.11 ${hue})`} fillOpacity="0.2" />
      <path d={path} fill={`oklch(62% 0.11 ${hue})`} />
    </svg>
  );
}
