import type { ReactNode } from 'react';
import { shortAmount } from '@/format/amount';
import { shareOf } from './escrow';
import { WEDGE_HEIGHT } from './wedge';

/** The right ends are drawn smaller, so that the two ways part visibly. */
const SHRINK = 0.7;

/** Where the escrow went when the job was over: up and back to the poster, down to the node. */
export function SettlementRibbons({
  deposited,
  paid,
  refunded,
}: {
  deposited: bigint;
  paid: bigint;
  refunded: bigint;
}): ReactNode {
  const thickness = (part: bigint) =>
    part > 0n ? Math.max(1.25, (shareOf(part, deposited) / 100) * WEDGE_HEIGHT) : 0;
  const out = thickness(paid);
  const back = thickness(refunded);
  const bottom = WEDGE_HEIGHT;
  // With one way only there is nothing to part from.
  const shrink = out > 0 && back > 0 ? SHRINK : 1;
  return (
    <>
      <svg
        x="0"
        y="0"
        width="32%"
        height={WEDGE_HEIGHT}
        viewBox={`0 0 100 ${WEDGE_HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {back > 0 && (
          <path
            d={`M0 0H100V${back * shrink}C50 ${back * shrink} 50 ${back} 0 ${back}z`}
            className="fill-n-4"
          />
        )}
        {out > 0 && (
          <path
            d={`M0 ${bottom}H100V${bottom - Math.max(out * shrink, 1.25)}C50 ${bottom - Math.max(out * shrink, 1.25)} 50 ${bottom - out} 0 ${bottom - out}z`}
            className="fill-done"
          />
        )}
      </svg>
      {refunded > 0n && <RibbonLabel y={11} amount={refunded} text="returned" />}
      {paid > 0n && <RibbonLabel y={44} amount={paid} text="to the node" />}
      {paid === 0n && refunded === 0n && (
        <text x="4%" y={28} className="fill-ink-3 text-12">
          nothing moved yet
        </text>
      )}
    </>
  );
}

function RibbonLabel({ y, amount, text }: { y: number; amount: bigint; text: string }): ReactNode {
  return (
    <text x="36%" y={y} className="fill-ink text-12 tabular-nums">
      {shortAmount(amount, 6).digits} <tspan className="fill-ink-3">NOS</tspan>
      <tspan x="36%" dy="15" className="fill-ink-3">
        {text}
      </tspan>
    </text>
  );
}
