import 'server-only';
import type { TransactionDetail } from '@inferscan/api/client';
import { orMissing } from '@/server/missing';
import { api } from '@/trpc/server';

/** null where the index knows no such transaction. */
export const readTransaction = async (signature: string): Promise<TransactionDetail | null> =>
  orMissing((await api()).transactions.bySignature({ signature }));
