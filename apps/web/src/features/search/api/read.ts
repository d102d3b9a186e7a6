import 'server-only';
import type { SearchHit } from '@inferscan/api/client';
import { orMissing } from '@/server/missing';
import { api } from '@/trpc/server';

export async function search(query: string): Promise<SearchHit[]> {
  return (await orMissing((await api()).search.resolve({ query }))) ?? [];
}
