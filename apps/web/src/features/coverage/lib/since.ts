import type { Beginning } from '@inferscan/api/client';
import { groupedInteger } from '@/format/amount';

/** To be added to what counts: nothing where the index begins with the chain's first transaction. */
export const sinceText = (beginning: Pick<Beginning, 'slot'> | null): string =>
  beginning === null ? '' : ` since slot ${groupedInteger(beginning.slot)}`;
