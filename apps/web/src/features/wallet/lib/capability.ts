import {
  SolanaSignMessage,
  type SolanaSignMessageFeature,
  SolanaSignTransaction,
  type SolanaSignTransactionFeature,
} from '@solana/wallet-standard-features';
import type { IdentifierString, Wallet } from '@wallet-standard/base';
import {
  StandardConnect,
  type StandardConnectFeature,
  StandardDisconnect,
  type StandardDisconnectFeature,
  StandardEvents,
  type StandardEventsFeature,
} from '@wallet-standard/features';

type Cluster = 'localnet' | 'devnet' | 'mainnet';

/** A wallet that can do what this site asks for. */
export type UsableWallet = Wallet & {
  features: StandardConnectFeature &
    SolanaSignTransactionFeature &
    Partial<StandardDisconnectFeature & StandardEventsFeature & SolanaSignMessageFeature>;
};

/** Whether a wallet signs Solana transactions for others to send. */
export function isUsable(wallet: Wallet): wallet is UsableWallet {
  return StandardConnect in wallet.features && SolanaSignTransaction in wallet.features;
}

export const chainOf = (cluster: Cluster): IdentifierString => `solana:${cluster}`;

export const connectOf = (wallet: UsableWallet) => wallet.features[StandardConnect].connect;
export const disconnectOf = (wallet: UsableWallet) => wallet.features[StandardDisconnect]?.disconnect;
export const eventsOf = (wallet: UsableWallet) => wallet.features[StandardEvents];
/** Undefined where the wallet signs transactions only. */
export const signMessageOf = (wallet: UsableWallet) => wallet.features[SolanaSignMessage]?.signMessage;
export const signOf = (wallet: UsableWallet) => wallet.features[SolanaSignTransaction].signTransaction;
