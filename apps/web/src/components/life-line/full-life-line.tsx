import type { ReactNode } from 'react';
import { FullDrawing, type FullLifeProps } from './full';
import { FullLive } from './full-live';

/** A job's life at full size, with its escrow thinning into payout and refund. */
export function FullLifeLine(props: FullLifeProps & { renderedAt: number }): ReactNode {
  if (props.life.listedAt === null) {
    return (
      <p className="text-13 text-ink-2">
        It is not known when this job was listed, so its life cannot be drawn.
      </p>
    );
  }
  if (props.life.endedAt === null) return <FullLive {...props} />;
  return <FullDrawing {...props} now={props.renderedAt} />;
}
