import bs58 from 'bs58';
import { callRpc } from '../support.js';
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
const AIRDROP = 100_000_000_000;
const MAX_SIGNATURES = 500;

/** Funds some payers, and waits for nothing: what they do executes at once. */
export async function createWorld(url: string): Promise<World> {
  const payers = Array.from({ length: PAYERS }, (_item, index) => signingKey(`payer ${index}`));
  const signatures: string[] = [];
  for (const { address } of payers) {
    const { result, error } = await callRpc(url, 'requestAirdrop', [address, AIRDROP]);
    if (error !== undefined) throw new Error(error.message);
    signatures.push(String(result));
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
    ],
    blockhash: () => blockhash,
    signatures,
    refresh,
  };
}

export const blockhashBytes = (world: World): Uint8Array => bs58.decode(world.blockhash());
