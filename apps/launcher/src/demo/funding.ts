import { setTimeout as delay } from 'node:timers/promises';
import { associatedTokenAddress, networkConfig } from '@inferscan/protocol';
import { type Address, createSolanaRpc, type Rpc, type Signature, type SolanaRpcApi } from '@solana/kit';

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

/** Asks the localnet's faucet for what is missing, until it is confirmed; for nothing when the account holds enough. */
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
  const { signatures } = (await response.json()) as { signatures: Signature[] };
  await confirmed(rpc, signatures);
}

/** Preflights look at what is confirmed: until then there are no funds for them. @throws Error after ten seconds */
async function confirmed(rpc: Rpc<SolanaRpcApi>, signatures: readonly Signature[]): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(50)) {
    const { value } = await rpc.getSignatureStatuses(signatures).send();
    const waiting = value.filter((status) => (status?.confirmationStatus ?? 'processed') === 'processed');
    if (waiting.length === 0) return;
  }
  throw new Error('the faucet’s transactions were not confirmed in ten seconds');
}
