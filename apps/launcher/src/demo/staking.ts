import { associatedTokenAddress, networkConfig, stakeAddress } from '@inferscan/protocol';
import { getStakeInstruction } from '@nosana/stake-program';
import {
  createSolanaRpc,
  getAddressEncoder,
  getProgramDerivedAddress,
  type KeyPairSigner,
} from '@solana/kit';
import { ensureFunded } from './funding.js';
import { createSendInstruction } from './transactions.js';

/** What a node of the demo has: fees for some hundred jobs, and a stake that every market accepts. */
const NODE_LAMPORTS = 500_000_000n;
const STAKE = 1_000_000_000n;
const STAKE_SECONDS = 30n * 86_400n;

/** Funds a node's wallet and stakes for it, by the node's own `stake` instruction. Does nothing for a node that has a stake. */
export async function ensureNode(rpcUrl: string, wsUrl: string, node: KeyPairSigner): Promise<void> {
  const network = networkConfig('localnet');
  const owner = node.address;
  const stake = await stakeAddress(network, owner);
  const existing = await createSolanaRpc(rpcUrl)
    .getAccountInfo(stake, { encoding: 'base64', commitment: 'confirmed' })
    .send();
  if (existing.value !== null) return ensureFunded(rpcUrl, owner, { lamports: NODE_LAMPORTS, nos: 0n });
  await ensureFunded(rpcUrl, owner, { lamports: NODE_LAMPORTS, nos: STAKE });
  const encoder = getAddressEncoder();
  const [vault] = await getProgramDerivedAddress({
    programAddress: network.stakingProgram,
    seeds: ['vault', encoder.encode(network.nosMint), encoder.encode(owner)],
  });
  await createSendInstruction(rpcUrl, wsUrl)(
    node,
    getStakeInstruction({
      mint: network.nosMint,
      user: await associatedTokenAddress(owner, network.nosMint),
      vault,
      stake,
      authority: node,
      amount: STAKE,
      duration: STAKE_SECONDS,
    }),
  );
}
