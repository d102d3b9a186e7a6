import {
  getAddressEncoder,
  getTransactionDecoder,
  getTransactionEncoder,
  partiallySignTransaction,
  signBytes,
  address as toAddress,
} from '@solana/kit';
import {
  SolanaSignMessage,
  type SolanaSignMessageFeature,
  SolanaSignTransaction,
  type SolanaSignTransactionFeature,
} from '@solana/wallet-standard-features';
import type { Wallet, WalletAccount, WalletIcon } from '@wallet-standard/base';
import {
  StandardConnect,
  type StandardConnectFeature,
  StandardDisconnect,
  type StandardDisconnectFeature,
  StandardEvents,
  type StandardEventsFeature,
  type StandardEventsListeners,
} from '@wallet-standard/features';
import type { LocalKey, LocalKeyStore } from './key-store';
import { LOCALNET_WALLET_NAME } from './names';

const LOCALNET_CHAIN = 'solana:localnet';

const ICON: WalletIcon = `data:image/svg+xml;base64,${btoa(
  '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" rx="7" fill="#05766a"/><path d="M8 12h9v3H8zM8 18h5v3H8zM19 12h5v9h-5z" fill="#fff"/></svg>',
)}`;

type Features = StandardConnectFeature &
  StandardDisconnectFeature &
  StandardEventsFeature &
  SolanaSignMessageFeature &
  SolanaSignTransactionFeature;

/**
 * A wallet of the Wallet Standard whose key this browser made. It signs without asking, so it is for a localnet's
 * play money only: register it nowhere else.
 */
export function createLocalnetWallet(store: LocalKeyStore): Wallet & { features: Features } {
  let key: LocalKey | null = null;
  let accounts: readonly WalletAccount[] = [];
  const listeners = new Set<StandardEventsListeners['change']>();

  /** @throws Error for any account but the connected one */
  function keyOf(account: WalletAccount): LocalKey {
    if (key === null || account.address !== key.address) {
      throw new Error('The localnet wallet is not connected with this account.');
    }
    return key;
  }

  function setAccounts(next: readonly WalletAccount[]): void {
    accounts = next;
    for (const listener of listeners) listener({ accounts: next });
  }

  const features: Features = {
    [StandardConnect]: {
      version: '1.0.0',
      connect: async (input) => {
        key = input?.silent === true ? await store.load() : await store.loadOrCreate();
        setAccounts(key === null ? [] : [accountOf(key.address)]);
        return { accounts };
      },
    },
    [StandardDisconnect]: {
      version: '1.0.0',
      disconnect: async () => {
        key = null;
        setAccounts([]);
      },
    },
    [StandardEvents]: {
      version: '1.0.0',
      on: (_event, listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    [SolanaSignMessage]: {
      version: '1.1.0',
      signMessage: (...inputs) =>
        Promise.all(
          inputs.map(async ({ account, message }) => ({
            signedMessage: message,
            signature: await signBytes(keyOf(account).keys.privateKey, message),
          })),
        ),
    },
    [SolanaSignTransaction]: {
      version: '1.0.0',
      supportedTransactionVersions: ['legacy', 0],
      signTransaction: (...inputs) =>
        Promise.all(
          inputs.map(async ({ account, transaction, chain }) => {
            const { keys } = keyOf(account);
            if (chain !== undefined && chain !== LOCALNET_CHAIN) {
              throw new Error(`The localnet wallet signs for ${LOCALNET_CHAIN} only, not for ${chain}.`);
            }
            const signed = await partiallySignTransaction(
              [keys],
              getTransactionDecoder().decode(transaction),
            );
            return { signedTransaction: new Uint8Array(getTransactionEncoder().encode(signed)) };
          }),
        ),
    },
  };

  return {
    version: '1.0.0',
    name: LOCALNET_WALLET_NAME,
    icon: ICON,
    chains: [LOCALNET_CHAIN],
    features,
    get accounts() {
      return accounts;
    },
  };
}

function accountOf(address: string): WalletAccount {
  return {
    address,
    publicKey: new Uint8Array(getAddressEncoder().encode(toAddress(address))),
    chains: [LOCALNET_CHAIN],
    features: [SolanaSignTransaction, SolanaSignMessage],
    label: 'This browser',
  };
}
