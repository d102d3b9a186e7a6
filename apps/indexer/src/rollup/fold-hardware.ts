import type { Database } from '@inferscan/db';

/**
 * Adds up how receipts changed, for the page of hardware: what was noted first, some thousands in one transaction.
 * @returns whether there was anything to do
 */
export async function foldHardware({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ changes: number }>('SELECT fold_hardware() AS changes');
  return (rows[0]?.changes ?? 0) > 0;
}
