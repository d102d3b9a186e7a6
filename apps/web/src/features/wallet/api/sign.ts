import {
  getTransactionDecoder,
  getTransactionEncoder,
  partiallySignTransaction,
  type Transaction,
} from '@solana/kit';
import type { WalletAccount } from '@wallet-standard/base';
import { chainOf, signOf, type UsableWallet } from '../lib/capability';

/**
 * Has the wallet sign, then the page's own fresh keys. In this order, because wallets may add guarding or fee
 * instructions to what they sign, which would make signatures given before worthless.
 */
export async function signWithWallet(
  signer: { wallet: UsableWallet; account: WalletAccount; cluster: 'localnet' | 'devnet' | 'mainnet' },
  transaction: Transaction,
  ownKeys: CryptoKeyPair[],
): Promise<Transaction> {
  const [output] = await signOf(signer.wallet)({
    account: signer.account,
    chain: chainOf(signer.cluster),
    transaction: new Uint8Array(getTransactionEncoder().encode(transaction)),
  });
  if (output === undefined) throw new Error(`${signer.wallet.name} returned no signed transaction.`);
  const signed = getTransactionDecoder().decode(output.signedTransaction);
  return ownKeys.length === 0 ? signed : partiallySignTransaction(ownKeys, signed);
}
