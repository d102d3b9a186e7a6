import type { SuccessRate } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { IntervalBar } from '@/components/interval';
import { successText } from '../lib/words';

/** A node's success rate: never without its interval, for few runs prove little. */
export function Success({
  success,
  wide = false,
}: {
  success: SuccessRate | null;
  wide?: boolean;
}): ReactNode {
  if (success === null) return <span className="text-ink-3">no finished run yet</span>;
  const { rate, interval, sample } = successText(success);
  return (
    <span
      className="inline-flex items-center gap-2 whitespace-nowrap tabular-nums"
      title={`95 % interval ${interval}, from ${sample}`}
    >
      <IntervalBar
        value={success.rate}
        lower={success.lower}
        upper={success.upper}
        label={`95 % interval ${interval}`}
      />
      <span className="min-w-11 text-right">{rate}</span>
      <span className="text-12 text-ink-3">{wide ? `${interval}, ${sample}` : `of ${success.trials}`}</span>
    </span>
  );
}
