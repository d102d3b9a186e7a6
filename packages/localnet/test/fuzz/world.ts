import bs58 from 'bs58';
import { callRpc, post } from '../support.js';
import { NOS_MINT, ODD_ADDRESSES, PROGRAMS, SYSVARS } from './addresses.js';
import { type SigningKey, signingKey } from './keys.js';

/** What the fuzzer knows of the localnet that it attacks. */
export interface World {
  readonly url: string;
  readonly payers: readonly SigningKey[];
  readonly keys: ReadonlyMap<string, SigningKey>;
  /** Addresses of all kinds. */
  readonly addresses: readonly string[];
  /** A recent blockhash; `refresh` gets a newer one. */
  blockhash(): string;
  /** Signatures of transactions that were sent, newest last. */
  readonly signatures: string[];
  refresh(): Promise<void>;
}

const PAYERS = 6;
const AIRDROP = '100000000000';
const MAX_SIGNATURES = 500;

/** Funds some payers, and waits for nothing: what they do executes at once. */
export async function createWorld(url: string): Promise<World> {
  const payers = Array.from({ length: PAYERS }, (_item, index) => signingKey(`payer ${index}`));
  const signatures: string[] = [];
  const tokenAccounts: string[] = [];
  for (const { address } of payers) {
    const given: unknown = JSON.parse(
      await post(`${url}/faucet`, JSON.stringify({ address, lamports: AIRDROP, nos: '1000000' })),
    );
    if (!isGift(given)) throw new Error(`the faucet answered ${JSON.stringify(given)}`);
    signatures.push(...given.signatures);
    tokenAccounts.push(given.tokenAccount);
  }
  let blockhash = '';
  const refresh = async (): Promise<void> => {
    const { result } = await callRpc(url, 'getLatestBlockhash', [{ commitment: 'confirmed' }]);
    blockhash = (result as { value: { blockhash: string } }).value.blockhash;
    signatures.splice(0, Math.max(0, signatures.length - MAX_SIGNATURES));
  };
  await refresh();
  return {
    url,
    payers,
    keys: new Map(payers.map((key) => [key.address, key])),
    addresses: [
      ...payers.map(({ address }) => address),
      ...Object.values(PROGRAMS),
      ...Object.values(SYSVARS),
      ...ODD_ADDRESSES,
      NOS_MINT,
      ...tokenAccounts,
    ],
    blockhash: () => blockhash,
    signatures,
    refresh,
  };
}

const isGift = (answer: unknown): answer is { signatures: string[]; tokenAccount: string } =>
  typeof answer === 'object' && answer !== null && 'signatures' in answer && 'tokenAccount' in answer;

export const blockhashBytes = (world: World): Uint8Array => bs58.decode(world.blockhash());
