import type { Metadata } from 'next';
import Link from 'next/link';
import { SearchBox } from '@/features/search/ui/search-box';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <div className="max-w-130 py-12">
      <h1 className="tight text-20 font-semibold">There is nothing at this address</h1>
      <p className="mt-2 mb-5 text-ink-2">
        The link may be old, or what it names has not been indexed yet: a new transaction takes about a second
        to appear. Search for an address, a signature or a CID, or{' '}
        <Link prefetch={false} href="/jobs" className="underline">
          look through the jobs
        </Link>
        .
      </p>
      <SearchBox large />
    </div>
  );
}
