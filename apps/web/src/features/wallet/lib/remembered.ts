/** The wallet and account a visitor used last. */
export interface Remembered {
  wallet: string;
  address: string;
}

const ENTRY = 'inferscan.wallet';

/** null where nothing is remembered, or the browser keeps nothing. */
export function loadRemembered(storage: Pick<Storage, 'getItem'>): Remembered | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(ENTRY) ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    if (!('wallet' in value) || !('address' in value)) return null;
    if (typeof value.wallet !== 'string' || typeof value.address !== 'string') return null;
    return { wallet: value.wallet, address: value.address };
  } catch {
    return null;
  }
}

/** Remembers, or forgets with null. */
export function saveRemembered(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  value: Remembered | null,
): void {
  try {
    if (value === null) storage.removeItem(ENTRY);
    else storage.setItem(ENTRY, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
