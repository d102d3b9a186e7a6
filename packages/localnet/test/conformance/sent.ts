import {
  AddressLookupTableAccount,
  Keypair,
  PublicKey,
  SystemProgram,
  Transaction,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { base58 } from './account-data.js';
import { SOL, type World } from './world.js';

export const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';
const TABLES = 'AddressLookupTab1e1111111111111111111111111';

/** A transaction that was sent. */
export interface Sent {
  readonly signature: string;
  readonly bytes: Buffer;
  readonly blockhash: string;
  readonly slot: number;
}

/** Somebody whose key is always the same, who signs what web3.js builds. */
export interface Sender {
  readonly payer: Keypair;
  blockhash(): Promise<string>;
  /** Signs a legacy transaction. */
  legacy(instructions: TransactionInstruction[], blockhash?: string): Promise<Sent>;
  /** Signs a version 0 transaction. */
  v0(
    instructions: TransactionInstruction[],
    tables: AddressLookupTableAccount[],
    blockhash?: string,
  ): Promise<Sent>;
  /** Sends it, unless it would fail, and puts it into a block of its own. */
  send(sent: Sent): Promise<Sent>;
  /** The same without a preflight. */
  force(sent: Sent): Promise<Sent>;
}

export async function createSender(world: World, seed = 9): Promise<Sender> {
  const payer = Keypair.fromSeed(Buffer.alloc(32, seed));
  await world.result('requestAirdrop', [payer.publicKey.toBase58(), SOL]);
  // Preflights look at what is final unless they are told otherwise.
  await world.finalize();
  const blockhash = async (): Promise<string> => {
    const answer = await world.result('getLatestBlockhash', [{ commitment: 'finalized' }]);
    return (answer as { value: { blockhash: string } }).value.blockhash;
  };
  const submit = async (sent: Sent, skipPreflight: boolean): Promise<Sent> => {
    const slot = await world.slot('processed');
    await world.send(sent.bytes.toString('base64'), { skipPreflight });
    return { ...sent, slot };
  };
  const describe = (bytes: Uint8Array, hash: string): Sent => {
    const whole = Buffer.from(bytes);
    return { bytes: whole, signature: base58(whole.subarray(1, 65)), blockhash: hash, slot: Number.NaN };
  };
  return {
    payer,
    blockhash,
    async legacy(instructions, given) {
      const recentBlockhash = given ?? (await blockhash());
      const transaction = new Transaction({ recentBlockhash, feePayer: payer.publicKey });
      transaction.add(...instructions).sign(payer);
      return describe(transaction.serialize(), recentBlockhash);
    },
    async v0(instructions, tables, given) {
      const recentBlockhash = given ?? (await blockhash());
      const draft = new TransactionMessage({ payerKey: payer.publicKey, recentBlockhash, instructions });
      const transaction = new VersionedTransaction(draft.compileToV0Message(tables));
      transaction.sign([payer]);
      return describe(transaction.serialize(), recentBlockhash);
    },
    send: (sent) => submit(sent, false),
    force: (sent) => submit(sent, true),
  };
}

/** Puts a look-up table in place. */
export async function placeTable(
  world: World,
  at: PublicKey,
  addresses: readonly PublicKey[],
): Promise<AddressLookupTableAccount> {
  const head = Buffer.alloc(56);
  head.writeUInt32LE(1);
  head.fill(255, 4, 12);
  const data = Buffer.concat([head, ...addresses.map((address) => address.toBuffer())]);
  await world.place(at.toBase58(), { owner: TABLES, data });
  await world.step();
  return new AddressLookupTableAccount({ key: at, state: AddressLookupTableAccount.deserialize(data) });
}

export const transfer = (from: PublicKey, to: PublicKey, lamports: number): TransactionInstruction =>
  SystemProgram.transfer({ fromPubkey: from, toPubkey: to, lamports });

export const memo = (text: string | Buffer): TransactionInstruction =>
  new TransactionInstruction({ programId: new PublicKey(MEMO), keys: [], data: Buffer.from(text) });

/** Makes the token program return the size of an account of this mint. */
export const sizeOfAccount = (of: PublicKey): TransactionInstruction =>
  new TransactionInstruction({
    programId: new PublicKey(TOKEN),
    keys: [{ pubkey: of, isSigner: false, isWritable: false }],
    data: Buffer.of(21),
  });
