import type { JobRow } from '@inferscan/api/client';
import type { Escrow } from '@/components/life-line/escrow';

/** A job's money as its life line draws it, for jobs whose life is known. */
export const escrowOf = ({ escrow, price, paid, refunded }: JobRow): Escrow => ({
  deposited: escrow,
  price,
  paid: paid ?? 0n,
  refunded: refunded ?? 0n,
});
