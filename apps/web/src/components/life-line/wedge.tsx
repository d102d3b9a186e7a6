import type { ReactNode } from 'react';

export const WEDGE_HEIGHT = 48;

/**
 * The escrow over time, all in percent: what the node earned grows from below, what is left thins.
 * `ahead` is the earned share at the right edge if it runs on; null where it does not.
 */
export function EscrowWedge({
  start,
  now,
  share,
  ahead,
  settled,
}: {
  start: number;
  now: number;
  share: number;
  ahead: number | null;
  settled: boolean;
}): ReactNode {
  const height = (part: number) => WEDGE_HEIGHT - (part / 100) * WEDGE_HEIGHT;
  // A payment that is there is seen: at least one pixel.
  const top = share > 0 ? Math.min(height(share), WEDGE_HEIGHT - 1) : WEDGE_HEIGHT;
  return (
    <svg
      x="0"
      y="0"
      width="100%"
      height={WEDGE_HEIGHT}
      viewBox={`0 0 100 ${WEDGE_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect
        width={settled ? now : 100}
        height={WEDGE_HEIGHT}
        className="fill-n-3"
        opacity={settled ? 0.8 : 0.55}
      />
      {!settled && <rect width={now} height={WEDGE_HEIGHT} className="fill-n-3" />}
      {ahead !== null && (
        <path
          d={`M${now} ${top}L100 ${height(ahead)}V${WEDGE_HEIGHT}H${now}z`}
          className="fill-running"
          opacity="0.16"
        />
      )}
      {share > 0 && (
        <path
          d={`M${start} ${WEDGE_HEIGHT}L${now} ${top}V${WEDGE_HEIGHT}z`}
          className={settled ? 'fill-done' : 'fill-running'}
        />
      )}
    </svg>
  );
}
