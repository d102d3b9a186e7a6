import type { ReactNode } from 'react';
import { durationText, isoDuration, millisecondsText } from '@/format/duration';

const UNIT = /([a-z]+)/;

/** Units in a lighter tone than their numbers. */
function Units({ text }: { text: string }): ReactNode {
  return text.split(UNIT).map((part, index) =>
    UNIT.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
      <span key={index} className="text-ink-3">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

/** Chain time: whole seconds. */
export function Duration({ seconds }: { seconds: number | bigint }): ReactNode {
  return (
    <time dateTime={isoDuration(seconds)} className="whitespace-nowrap tabular-nums">
      <Units text={durationText(seconds)} />
    </time>
  );
}

/** A time that a machine measured. */
export function Milliseconds({ value }: { value: number }): ReactNode {
  return (
    <span className="whitespace-nowrap tabular-nums" title={`${value} ms`}>
      <Units text={millisecondsText(value)} />
    </span>
  );
}
