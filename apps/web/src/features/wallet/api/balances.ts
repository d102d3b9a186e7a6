import { associatedTokenAddress } from '@inferscan/protocol';
import { address, createSolanaRpc } from '@solana/kit';

/** What an account can spend. */
export interface Balances {
  lamports: bigint;
  /** NOS base units; 0 where there is no token account. */
  nos: bigint;
}

/** Reads both balances at commitment confirmed. Throws where the RPC does not answer. */
export async function readBalances(
  rpcUrl: string,
  nosMint: string,
  owner: string,
  signal?: AbortSignal,
): Promise<Balances> {
  const rpc = createSolanaRpc(rpcUrl);
  const options = signal === undefined ? {} : { abortSignal: signal };
  const account = address(owner);
  const [lamports, nos] = await Promise.all([
    rpc.getBalance(account, { commitment: 'confirmed' }).send(options),
    associatedTokenAddress(account, address(nosMint)).then((token) =>
      rpc.getAccountInfo(token, { commitment: 'confirmed', encoding: 'base64' }).send(options),
    ),
  ]);
  return { lamports: lamports.value, nos: nos.value === null ? 0n : tokenAmount(nos.value.data[0]) };
}

/** Offset of `amount` (u64, little-endian) in an SPL token account. */
const AMOUNT_OFFSET = 64;

function tokenAmount(base64: string): bigint {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (bytes.length < AMOUNT_OFFSET + 8) throw new Error('The NOS token account does not look like one.');
  return new DataView(bytes.buffer).getBigUint64(AMOUNT_OFFSET, true);
}
