import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type Address,
  appendTransactionMessageInstruction,
  blockhash,
  compileTransaction,
  createNoopSigner,
  createTransactionMessage,
  getAddressDecoder,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

/** A funded account whose owner signs quickly, with Node's own cryptography. */
export interface Wallet {
  readonly address: Address;
  readonly key: KeyObject;
}

export const SIGNATURE_BYTES = 64;
const AMOUNT_BYTES = 8;

/** Makes a wallet with a new random key. */
export function createWallet(): Wallet {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const address = getAddressDecoder().decode(Buffer.from(jwk.x ?? '', 'base64url'));
  return { address, key: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

/**
 * Makes signed transfers among `wallets`, each to the next one, on one blockhash. No two are alike: amounts are
 * counted up from `firstAmount`.
 */
export function signTransfers(
  wallets: readonly Wallet[],
  recentBlockhash: string,
  firstAmount: number,
  count: number,
): Uint8Array[] {
  const drafts = wallets.map((wallet, index) => {
    const next = wallets[(index + 1) % wallets.length] ?? wallet;
    return { key: wallet.key, message: transferMessage(wallet, next, recentBlockhash) };
  });
  return Array.from({ length: count }, (_item, index) => {
    const draft = drafts[index % drafts.length];
    if (draft === undefined) throw new Error('there are no wallets');
    const { key, message } = draft;
    // A transfer's message ends with its amount.
    message.writeBigUInt64LE(BigInt(firstAmount + index), message.length - AMOUNT_BYTES);
    const bytes = new Uint8Array(1 + SIGNATURE_BYTES + message.length);
    bytes[0] = 1;
    bytes.set(sign(null, message, key), 1);
    bytes.set(message, 1 + SIGNATURE_BYTES);
    return bytes;
  });
}

function transferMessage(from: Wallet, to: Wallet, recentBlockhash: string): Buffer {
  const { messageBytes } = compileTransaction(
    pipe(
      createTransactionMessage({ version: 'legacy' }),
      (draft) => setTransactionMessageFeePayer(from.address, draft),
      (draft) =>
        setTransactionMessageLifetimeUsingBlockhash(
          { blockhash: blockhash(recentBlockhash), lastValidBlockHeight: 0n },
          draft,
        ),
      (draft) =>
        appendTransactionMessageInstruction(
          getTransferSolInstruction({
            source: createNoopSigner(from.address),
            destination: to.address,
            amount: 0n,
          }),
          draft,
        ),
    ),
  );
  return Buffer.from(messageBytes);
}
