import { ENDPOINT_TOKEN_SCHEMA, signEndpointToken } from '@inferscan/formats';
import type { WalletAccount } from '@wallet-standard/base';
import { signMessageOf, type UsableWallet } from '@/features/wallet/lib/capability';

/** A token for the endpoint of a job, which the wallet that posted the job signs. */
export function makeToken(
  { wallet, account }: { wallet: UsableWallet; account: WalletAccount },
  claims: { job: string; node: string; expires: number },
): Promise<string> {
  return signEndpointToken({ schema: ENDPOINT_TOKEN_SCHEMA, ...claims }, async (message) => {
    const sign = signMessageOf(wallet);
    if (sign === undefined) throw new Error(`${wallet.name} signs transactions only, not messages.`);
    const [output] = await sign({ account, message });
    if (output === undefined) throw new Error(`${wallet.name} returned no signature.`);
    return output.signature;
  });
}
