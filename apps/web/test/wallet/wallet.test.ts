import {
  address,
  appendTransactionMessageInstructions,
  type Blockhash,
  compileTransaction,
  createTransactionMessage,
  generateKeyPair,
  generateKeyPairSigner,
  getAddressFromPublicKey,
  isFullySignedTransaction,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { signWithWallet } from '@/features/wallet/api/sign';
import { connectOf, disconnectOf, eventsOf, isUsable } from '@/features/wallet/lib/capability';
import type { LocalKey, LocalKeyStore } from '@/features/wallet/lib/key-store';
import { createLocalnetWallet } from '@/features/wallet/lib/localnet-wallet';
import { loadRemembered, saveRemembered } from '@/features/wallet/lib/remembered';

/** Keeps the key in memory, as a browser would in its database. */
function memoryStore(): LocalKeyStore {
  let kept: LocalKey | null = null;
  return {
    load: async () => kept,
    async loadOrCreate() {
      const keys = await generateKeyPair();
      kept ??= { address: await getAddressFromPublicKey(keys.publicKey), keys };
      return kept;
    },
  };
}

const SYSTEM = address('11111111111111111111111111111111');

describe('localnet wallet', () => {
  it('is a wallet of the Wallet Standard that this site can use', async () => {
    const wallet = createLocalnetWallet(memoryStore());
    expect(isUsable(wallet)).toBe(true);
    expect(wallet.chains).toEqual(['solana:localnet']);
    expect(wallet.icon).toMatch(/^data:image\/svg\+xml;base64,/);
  });

  it('comes back silently only where it was used before, always with the same key', async () => {
    const wallet = createLocalnetWallet(memoryStore());
    expect((await connectOf(wallet)({ silent: true })).accounts).toEqual([]);
    const [account] = (await connectOf(wallet)()).accounts;
    const changes: number[] = [];
    eventsOf(wallet)?.on('change', ({ accounts }) => changes.push(accounts?.length ?? -1));
    await disconnectOf(wallet)?.();
    expect(wallet.accounts).toEqual([]);
    expect((await connectOf(wallet)({ silent: true })).accounts[0]?.address).toBe(account?.address);
    expect(changes).toEqual([0, 1]);
  });

  it('signs first, then the page’s own keys, and the result is complete', async () => {
    const wallet = createLocalnetWallet(memoryStore());
    const [account] = (await connectOf(wallet)()).accounts;
    if (account === undefined) throw new Error('no account');
    const own = await generateKeyPairSigner();
    const transaction = compileTransaction(
      pipe(
        createTransactionMessage({ version: 0 }),
        (m) => setTransactionMessageFeePayer(address(account.address), m),
        (m) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: SYSTEM as string as Blockhash, lastValidBlockHeight: 1n },
            m,
          ),
        (m) =>
          appendTransactionMessageInstructions(
            [
              {
                programAddress: SYSTEM,
                accounts: [{ address: own.address, role: 3 }],
                data: new Uint8Array(0),
              },
            ],
            m,
          ),
      ),
    );
    const signer = { wallet, account, cluster: 'localnet' } as const;
    expect(isFullySignedTransaction(await signWithWallet(signer, transaction, []))).toBe(false);
    const signed = await signWithWallet(signer, transaction, [own.keyPair]);
    expect(isFullySignedTransaction(signed)).toBe(true);
    await expect(signWithWallet({ ...signer, cluster: 'mainnet' }, transaction, [])).rejects.toThrow(
      'solana:localnet only',
    );
  });
});

describe('remembered wallet', () => {
  it('survives anything that storage can hold or refuse', () => {
    const entries = new Map<string, string>();
    const storage = {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
      removeItem: (key: string) => void entries.delete(key),
    };
    expect(loadRemembered(storage)).toBeNull();
    saveRemembered(storage, { wallet: 'W', address: 'A' });
    expect(loadRemembered(storage)).toEqual({ wallet: 'W', address: 'A' });
    for (const broken of ['{', 'null', '[]', '{"wallet":1,"address":"A"}']) {
      entries.set('inferscan.wallet', broken);
      expect(loadRemembered(storage)).toBeNull();
    }
    saveRemembered(storage, null);
    expect(entries.size).toBe(0);
    const closed = () => {
      throw new Error('denied');
    };
    saveRemembered({ setItem: closed, removeItem: closed }, { wallet: 'W', address: 'A' });
    expect(loadRemembered({ getItem: closed })).toBeNull();
  });
});
