'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { knownName, shortAddress } from '@/format/address';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import { Glyph } from './glyph/glyph';

export interface AddressProps {
  address: string;
  /** Replaces the digits; where none is given the well-known programs and mints still have theirs. */
  name?: string | null | undefined;
  href?: string | undefined;
  /** A copy button that shows when the pointer or the focus is near; 'always' keeps it in sight. */
  copy?: boolean | 'always' | undefined;
  /** The whole address where there is room; it breaks anywhere. */
  full?: boolean | undefined;
  glyph?: boolean | undefined;
  /** Makes the whole table row a target of the link. */
  stretched?: boolean | undefined;
  className?: string | undefined;
}

/** An address as people can tell it from others: glyph, first four, last four, all of it on hover. */
export function Address({
  address,
  name = knownName(address),
  href,
  copy = true,
  full = false,
  glyph = true,
  stretched = false,
  className,
}: AddressProps): ReactNode {
  const text = name ?? (full ? address : shortAddress(address));
  const label = (
    <span className={cx(!name && 'font-mono text-[0.92em] tracking-tight', full && 'break-all')}>{text}</span>
  );
  return (
    <span
      className={cx('group/address relative inline-flex max-w-full items-baseline gap-1.5', className)}
      title={address}
    >
      {glyph && <Glyph address={address} className="self-center" />}
      {href === undefined ? (
        label
      ) : (
        <Link
          href={href}
          prefetch={false}
          className={cx(
            'underline-offset-3 hover:underline',
            stretched && 'after:absolute after:inset-0 after:content-[""]',
          )}
        >
          {label}
        </Link>
      )}
      {copy !== false && (
        <CopyButton
          text={address}
          label="address"
          className={
            copy === 'always'
              ? 'relative self-center'
              : // Beside the text and out of its way, so that addresses align whether or not they can be copied.
                'absolute top-1/2 left-full ml-0.5 -translate-y-1/2 opacity-0 group-focus-within/address:opacity-100 group-hover/address:opacity-100 phone:hidden'
          }
        />
      )}
    </span>
  );
}

/** A transaction signature: no glyph, it is nobody's account. */
export function Signature({ signature, copy = false }: { signature: string; copy?: boolean }): ReactNode {
  return <Address address={signature} href={`/tx/${signature}`} glyph={false} copy={copy} />;
}

/** A content identifier. */
export function Cid({ cid, copy = true }: { cid: string; copy?: boolean }): ReactNode {
  return (
    <Address
      address={cid}
      glyph={false}
      copy={copy}
      name={shortAddress(cid, 6, 6)}
      className="font-mono text-13"
    />
  );
}
