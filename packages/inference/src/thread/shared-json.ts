/** A value in memory that threads share: to copy all of a tokenizer for each of them would hold up the one that copies. */
export function shareJson(value: unknown): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(value));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/** @returns what was shared, as far as it is JSON */
export function readSharedJson<T>(shared: SharedArrayBuffer): T {
  return JSON.parse(Buffer.from(shared).toString()) as T;
}
