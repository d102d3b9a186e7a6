import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  appendTransactionMessageInstruction,
  blockhash,
  createKeyPairSignerFromPrivateKeyBytes,
  createTransactionMessage,
  getBase58Codec,
  getBase64EncodedWireTransaction,
  type Instruction,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';

const SECRET_BYTES = 32;
/** One signature and its count come before the message. */
const MESSAGE_AT = 65;
/** What PKCS #8 has before the 32 bytes of an Ed25519 key (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A wallet of the bench: for the client library, and as a key that signs bytes at once. */
export interface BenchWallet {
  readonly signer: KeyPairSigner;
  readonly key: KeyObject;
}

export async function createBenchWallet(): Promise<BenchWallet> {
  const secret = randomBytes(SECRET_BYTES);
  return {
    signer: await createKeyPairSignerFromPrivateKeyBytes(secret),
    key: createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' }),
  };
}

/** A signed transaction of one call, in base64. */
export async function signCall(payer: KeyPairSigner, call: Instruction, recent: string): Promise<string> {
  return getBase64EncodedWireTransaction(
    await signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(payer, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: blockhash(recent), lastValidBlockHeight: 0n },
            draft,
          ),
        (draft) => appendTransactionMessageInstruction(call, draft),
      ),
    ),
  );
}

/** A transaction of one call, in base64, with other data and another blockhash each time. */
export type RepeatedCall = (data: Uint8Array, recent: string) => string;

/**
 * Makes a transaction once and then only changes its bytes: making each anew takes 1.5 ms of the machine that is measured.
 * `data` must have the length that the instruction's has.
 */
export async function createRepeatedCall(wallet: BenchWallet, call: Instruction): Promise<RepeatedCall> {
  const base58 = getBase58Codec();
  // Recognised in the bytes afterwards.
  const [hash, data] = [randomBytes(SECRET_BYTES), randomBytes(call.data?.length ?? 0)];
  const first = await signCall(wallet.signer, { ...call, data }, base58.decode(hash));
  const wire = Buffer.from(first, 'base64');
  const [hashAt, dataAt] = [wire.indexOf(hash), wire.indexOf(data)];
  const message = wire.subarray(MESSAGE_AT);
  return (nextData, recent) => {
    wire.set(base58.encode(recent), hashAt);
    wire.set(nextData, dataAt);
    wire.set(sign(null, message, wallet.key), 1);
    return wire.toString('base64');
  };
}
