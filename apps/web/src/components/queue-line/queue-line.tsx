import Link from 'next/link';
import type { ReactNode } from 'react';
import { shortAddress } from '@/format/address';
import { cx } from '../cx';
import { Glyph } from '../glyph/glyph';

export interface QueueLineProps {
  /** Who waits. */
  kind: 'jobs' | 'nodes' | 'empty';
  /** Addresses, next first. */
  queue: readonly string[];
  /** How many wait in all, where `queue` is cut. */
  length?: number | undefined;
  /** The reader's own place. */
  own?: string | undefined;
  /** Glyphs shown before the rest is only counted. */
  limit?: number | undefined;
}

/** A queue as the line it is: nodes are square, jobs are round, the head stands left. */
export function QueueLine({
  kind,
  queue,
  length = queue.length,
  own,
  limit = 18,
}: QueueLineProps): ReactNode {
  if (kind === 'empty' || length === 0) return null;
  const shown = queue.slice(0, limit);
  const place = own === undefined ? -1 : queue.indexOf(own);
  const noun = kind === 'jobs' ? 'job' : 'node';
  return (
    <ol
      aria-label={`${length} ${length === 1 ? noun : `${noun}s`} waiting, next first${place < 0 ? '' : `, yours is number ${place + 1}`}`}
      className="flex flex-wrap items-center gap-1"
    >
      {shown.map((address, index) => (
        <li key={address} className="flex">
          <Link
            href={`/${kind}/${address}`}
            prefetch={false}
            title={`${index + 1}: ${address}`}
            aria-label={`Number ${index + 1}, ${noun} ${shortAddress(address)}${index === place ? ', yours' : ''}`}
            className={cx(
              'flex border p-px transition-colors',
              kind === 'jobs' ? 'rounded-full border-waiting' : 'rounded-4 border-accent',
              index === place && 'mx-1 outline-2 outline-offset-2 outline-ink',
            )}
          >
            <Glyph address={address} size={14} round={kind === 'jobs'} />
          </Link>
        </li>
      ))}
      {length > shown.length && <li className="pl-1 text-12 text-ink-3">and {length - shown.length} more</li>}
    </ol>
  );
}
