import { associatedTokenAddress, networkConfig } from '@inferscan/protocol';
import { type Address, createSolanaRpc, type Rpc, type SolanaRpcApi } from '@solana/kit';

/** What an account of the demo should hold at least. */
export interface Funding {
  readonly lamports: bigint;
  /** NOS base units. */
  readonly nos: bigint;
}

async function tokenBalance(rpc: Rpc<SolanaRpcApi>, account: Address): Promise<bigint> {
  const { value } = await rpc.getAccountInfo(account, { encoding: 'base64', commitment: 'processed' }).send();
  if (value === null) return 0n;
  return BigInt((await rpc.getTokenAccountBalance(account, { commitment: 'processed' }).send()).value.amount);
}

/** Asks the localnet's faucet for what is missing; asks for nothing when the account holds enough. */
export async function ensureFunded(rpcUrl: string, address: Address, wanted: Funding): Promise<void> {
  const rpc = createSolanaRpc(rpcUrl);
  const tokens = await associatedTokenAddress(address, networkConfig('localnet').nosMint);
  const [lamports, nos] = await Promise.all([
    rpc.getBalance(address, { commitment: 'processed' }).send(),
    tokenBalance(rpc, tokens),
  ]);
  const request = {
    ...(lamports.value < wanted.lamports ? { lamports: wanted.lamports.toString() } : {}),
    ...(nos < wanted.nos ? { nos: wanted.nos.toString() } : {}),
  };
  if (Object.keys(request).length === 0) return;
  const response = await fetch(new URL('/faucet', rpcUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address, ...request }),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) {
    throw new Error(`the faucet refused to fund ${address}: ${response.status} ${await response.text()}`);
  }
}
