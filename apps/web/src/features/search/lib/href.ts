import type { SearchHit } from '@inferscan/api/client';

/** The page of a hit; null where it has none yet. */
export function hitHref(hit: SearchHit): string | null {
  switch (hit.kind) {
    case 'job':
      return `/jobs/${hit.id}`;
    case 'node':
      return `/nodes/${hit.id}`;
    case 'market':
      return `/markets/${hit.id}`;
    case 'transaction':
      return `/tx/${hit.id}`;
    case 'project':
      return `/jobs?project=${hit.id}`;
    case 'model':
      return `/jobs?model=${encodeURIComponent(hit.id)}`;
    case 'definition':
    case 'result':
      return hit.job === null ? null : `/jobs/${hit.job}`;
  }
}

/** Where a search with one answer goes straight to. */
export function onlyPage(hits: readonly SearchHit[]): string | null {
  const [first] = hits;
  return hits.length === 1 && first ? hitHref(first) : null;
}
