import { randomBytes } from 'node:crypto';

/** Writes JSON in which bigints appear as plain integers, as Solana's RPC does for u64 fields. */
export type JsonWriter = (value: unknown) => string;

/**
 * Creates a JSON writer. Integers beyond 2^53 pass through JSON.stringify as marked strings; the mark is random so
 * that no text from outside (a request id, a log line) can imitate it.
 */
export function createJsonWriter(): JsonWriter {
  const mark = randomBytes(12).toString('hex');
  const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g');
  return (value) => {
    let large = false;
    const text = JSON.stringify(value, (_key, item: unknown) => {
      if (typeof item !== 'bigint') return item;
      if (item <= BigInt(Number.MAX_SAFE_INTEGER) && item >= BigInt(Number.MIN_SAFE_INTEGER))
        return Number(item);
      large = true;
      return mark + item.toString();
    });
    return large ? text.replace(marked, '$1') : text;
  };
}
