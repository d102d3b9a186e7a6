import type { Figures, PriceRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Amount, FlowArrow } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { Fact, Facts } from '@/components/facts';
import { groupedInteger } from '@/format/amount';
import { durationText } from '@/format/duration';
import { usdText } from '@/format/usd';

/** What moved in and out of the vaults, and what that was worth at its moment where somebody knows. */
export function MoneyFacts({
  total,
  price,
  now,
}: {
  total: Figures;
  price: PriceRow | null;
  now: number;
}): ReactNode {
  const rows = [
    ['Deposited for jobs', 'in', total.deposited, total.usd?.deposited],
    ['Paid to nodes', 'out', total.paid, total.usd?.paid],
    ['Refunded to posters', 'out', total.refunded, total.usd?.refunded],
    ['Fees, beside the vaults', null, total.fees, total.usd?.fees],
  ] as const;
  return (
    <div className="grid grid-cols-2 gap-x-10 max-[1039px]:grid-cols-1">
      <Facts className="border-t border-line">
        {rows.map(([name, direction, base, usd]) => (
          <Fact key={name} name={name} note={usd === undefined ? undefined : `${usdText(usd)} at the time`}>
            <span className="inline-flex items-baseline gap-1.5">
              {direction !== null && <FlowArrow direction={direction} />}
              <Amount base={base} />
            </span>
          </Fact>
        ))}
      </Facts>
      <Facts className="border-t border-line">
        <Fact name="Runs ended" note={`${groupedInteger(total.runsQuit)} given up by their node`}>
          {groupedInteger(total.runs)}
        </Fact>
        <Fact name="Time they ran" note="all of them together">
          {durationText(total.runSeconds)}
        </Fact>
        {price !== null && (
          <Fact
            name="A NOS is worth"
            note={
              <>
                {price.source}, <RelativeTime at={price.at} renderedAt={now} />
              </>
            }
          >
            {usdText(price.usdMicro)}
          </Fact>
        )}
        {total.usd !== null && total.unpriced > 0 && (
          <Fact name="Without a known price" note="not in the sums in USD">
            {groupedInteger(total.unpriced)} {total.unpriced === 1 ? 'movement' : 'movements'}
          </Fact>
        )}
      </Facts>
    </div>
  );
}
