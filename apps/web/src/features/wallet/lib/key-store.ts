import { generateKeyPair, getAddressFromPublicKey } from '@solana/kit';

/** The localnet wallet's key. The private half never leaves WebCrypto: it can sign, but not be read. */
export interface LocalKey {
  address: string;
  keys: CryptoKeyPair;
}

export interface LocalKeyStore {
  /** null where this browser has none yet. */
  load(): Promise<LocalKey | null>;
  /** The key of this browser, made on the first call. */
  loadOrCreate(): Promise<LocalKey>;
}

const DATABASE = 'inferscan-localnet-wallet';
const STORE = 'keys';
const ENTRY = 'main';

/**
 * Keeps the key in IndexedDB, which stores CryptoKeys without exporting them.
 * @throws Error with a text for people where the browser has no ed25519 or no storage
 */
export function createLocalKeyStore(): LocalKeyStore {
  async function load(): Promise<LocalKey | null> {
    const database = await openDatabase();
    try {
      const stored: unknown = await settled(database.transaction(STORE).objectStore(STORE).get(ENTRY));
      return isLocalKey(stored) ? stored : null;
    } finally {
      database.close();
    }
  }

  return {
    load,
    async loadOrCreate() {
      const existing = await load();
      if (existing !== null) return existing;
      const keys = await newKeys();
      const key: LocalKey = { address: await getAddressFromPublicKey(keys.publicKey), keys };
      const database = await openDatabase();
      try {
        await settled(database.transaction(STORE, 'readwrite').objectStore(STORE).add(key, ENTRY));
        return key;
      } catch (error) {
        // Another tab was first: its key counts.
        const first = await load();
        if (first !== null) return first;
        throw error;
      } finally {
        database.close();
      }
    },
  };
}

async function newKeys(): Promise<CryptoKeyPair> {
  if (!globalThis.isSecureContext) {
    throw new Error('The localnet wallet needs a page opened at localhost or over https.');
  }
  try {
    return await generateKeyPair();
  } catch (cause) {
    throw new Error('This browser cannot make ed25519 keys. A current Chrome, Firefox or Safari can.', {
      cause,
    });
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request).catch((cause: unknown) => {
    throw new Error(
      'This browser keeps no data for this page, so the localnet wallet has nowhere to keep its key.',
      {
        cause,
      },
    );
  });
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

function isLocalKey(value: unknown): value is LocalKey {
  return (
    typeof value === 'object' &&
    value !== null &&
    'address' in value &&
    typeof value.address === 'string' &&
    'keys' in value &&
    typeof value.keys === 'object' &&
    value.keys !== null &&
    'privateKey' in value.keys &&
    value.keys.privateKey instanceof CryptoKey
  );
}
