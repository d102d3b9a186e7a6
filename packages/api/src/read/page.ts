import { z } from 'zod';
import { DomainError } from '../errors/domain-error.js';

/** Rows of a keyset page; `nextCursor` is null at the end. */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

export const PageLimit = z.int().min(1).max(100);
/** Opaque to clients. */
export const Cursor = z.string().max(300);

const KeyPair = z.tuple([z.string().max(60), z.string().max(160)]);

/** Packs the sort key and the tie-breaker of a page's last row. */
export function encodeCursor(key: string, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/** @throws DomainError('invalid') for a cursor that this API did not write. */
export function decodeCursor(cursor: string): { key: string; id: string } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    json = undefined;
  }
  const parsed = KeyPair.safeParse(json);
  if (!parsed.success) throw new DomainError('invalid', 'cursor: expected a nextCursor of the same list');
  return { key: parsed.data[0], id: parsed.data[1] };
}

/** Cuts the one row fetched beyond the limit and says where the next page starts. */
export function toPage<Row>(fetched: Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const rows = fetched.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: fetched.length > limit && last !== undefined ? cursorOf(last) : null };
}
