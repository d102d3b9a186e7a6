import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Empty } from '@/components/empty';
import { Glyph } from '@/components/glyph/glyph';
import { PageHeader } from '@/components/section';
import { search } from '@/features/search/api/read';
import { hitHref, onlyPage } from '@/features/search/lib/href';
import { SearchBox } from '@/features/search/ui/search-box';
import { groupedInteger } from '@/format/amount';
import { oneOf, type SearchParams } from '@/format/search-params';

export const metadata: Metadata = { title: 'Search' };

const WITH_GLYPH = new Set(['job', 'node', 'market', 'project']);

export default async function SearchPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query =
    oneOf(await searchParams, 'q')
      ?.trim()
      .slice(0, 200) ?? '';
  const hits = query === '' ? [] : await search(query);
  const only = onlyPage(hits);
  if (only !== null) redirect(only);
  return (
    <>
      <PageHeader title="Search" />
      <SearchBox large query={query} className="mb-6 max-w-180" />
      {query !== '' && hits.length === 0 && (
        <Empty title={`Nothing is known as “${query}”`}>
          Jobs, nodes, markets and posters are found by their whole address, transactions by their signature,
          definitions and results by their CID, models and markets by a part of their name. What happened a
          moment ago may need a second more.
        </Empty>
      )}
      <ul className="max-w-180">
        {hits.map((hit) => {
          const href = hitHref(hit);
          const text = (
            <>
              <span className="w-24 shrink-0 text-13 text-ink-3">{hit.kind}</span>
              {WITH_GLYPH.has(hit.kind) && <Glyph address={hit.id} />}
              <span className="min-w-0 truncate">
                {hit.label}{' '}
                <span className="font-mono text-13 text-ink-3">{hit.label === hit.id ? '' : hit.id}</span>
              </span>
              {hit.jobs !== null && (
                <span className="ml-auto text-13 text-ink-3">{groupedInteger(hit.jobs)} jobs</span>
              )}
            </>
          );
          return (
            <li key={`${hit.kind} ${hit.id}`} className="border-b border-line">
              {href === null ? (
                <span className="flex h-11 items-center gap-3">{text}</span>
              ) : (
                <Link href={href} prefetch={false} className="flex h-11 items-center gap-3 hover:bg-hover">
                  {text}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
