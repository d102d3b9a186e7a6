import type { ReactNode } from 'react';

/** The pattern of waiting. Each drawing carries its own, so that it takes the theme of the place it stands in. */
export function HatchPattern({ id }: { id: string }): ReactNode {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
      <rect width="5" height="5" className="fill-waiting-soft" />
      <rect width="1.75" height="5" className="fill-waiting" opacity="0.6" />
    </pattern>
  );
}
