import 'server-only';
import { api } from '@/trpc/server';

/** Since when there are figures; null: since the chain's first transaction. */
export const readBeginning = async () => (await api()).network.beginning();

export const readCoverage = async () => (await api()).network.coverage();
