import type { MarketRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Amount } from '@/components/amount';
import { Glyph } from '@/components/glyph/glyph';
import { shortAddress } from '@/format/address';
import { perHour } from '@/format/amount';
import { expectedStart } from '../lib/words';
import { Choice } from './choice';

/** Glyphs of a queue shown beside its market. */
const SHOWN = 8;

/** Open markets with what they cost and how soon a job would start. */
export function MarketChoice({
  markets,
  chosen,
  onChoose,
}: {
  markets: readonly MarketRow[];
  chosen: string;
  onChoose: (address: string) => void;
}): ReactNode {
  return (
    <div role="radiogroup" aria-label="Market" className="flex flex-col gap-2">
      {markets.map((market) => (
        <Choice
          key={market.address}
          name="market"
          value={market.address}
          checked={market.address === chosen}
          onChoose={() => onChoose(market.address)}
        >
          <span className="flex flex-wrap items-baseline gap-x-4">
            <span className="text-14 font-medium">{market.name ?? shortAddress(market.address)}</span>
            <span className="ml-auto text-14">
              <Amount base={perHour(market.jobPrice)} precision="short" fraction={4} unit="NOS / h" />
            </span>
          </span>
          <span className="mt-0.5 flex flex-wrap items-center gap-x-2 text-13 text-ink-2">
            <QueueGlyphs market={market} />
            <StartText market={market} />
          </span>
        </Choice>
      ))}
    </div>
  );
}

function StartText({ market }: { market: MarketRow }): ReactNode {
  const { when, why } = expectedStart(market);
  if (when === 'unknown') return <span className="text-ink-3">{why.replace(/^n/, 'N')}</span>;
  return (
    <span title={why}>
      Starts {when}
      {when === 'at once' && `, ${why}`}
    </span>
  );
}

/** Who waits, small and without links: the row itself is pressed. */
function QueueGlyphs({ market }: { market: MarketRow }): ReactNode {
  if (market.queueType === 'empty' || market.queueLength === 0) return null;
  const kind = market.queueType === 'jobs' ? 'job' : 'node';
  const rest = market.queueLength - SHOWN;
  return (
    <span
      role="img"
      aria-label={`${market.queueLength} ${kind}${market.queueLength === 1 ? '' : 's'} waiting.`}
      className="inline-flex items-center gap-0.5"
    >
      {market.queue.slice(0, SHOWN).map((address) => (
        <Glyph key={address} address={address} size={12} round={kind === 'job'} />
      ))}
      {rest > 0 && <span className="pl-0.5 text-12 text-ink-3">+{rest}</span>}
    </span>
  );
}
