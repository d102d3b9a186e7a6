import { associatedTokenAddress, networkConfig, stakeAddress } from '@inferscan/protocol';
import { getStakeInstruction } from '@nosana/stake-program';
import {
  type Address,
  createSolanaRpc,
  getAddressEncoder,
  getProgramDerivedAddress,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit';
import { ensureFunded } from './funding.js';
import { createSendInstruction } from './transactions.js';

/** What a node of the demo has: fees for some hundred jobs, and a stake that every market accepts. */
const NODE_LAMPORTS = 500_000_000n;
const STAKE = 1_000_000_000n;
const STAKE_SECONDS = 30n * 86_400n;

const NETWORK = networkConfig('localnet');

/** Funds a node's wallet, and stakes for it by the node's own `stake` instruction. What is there already stays as it is. */
export async function ensureNode(rpcUrl: string, wsUrl: string, node: KeyPairSigner): Promise<void> {
  const rpc = createSolanaRpc(rpcUrl);
  const exists = async (account: Address): Promise<boolean> => {
    const found = await rpc.getAccountInfo(account, { encoding: 'base64', commitment: 'confirmed' }).send();
    return found.value !== null;
  };
  const staked = await exists(await stakeAddress(NETWORK, node.address));
  await ensureFunded(rpcUrl, node.address, { lamports: NODE_LAMPORTS, nos: staked ? 0n : STAKE });
  const send = createSendInstruction(rpcUrl, wsUrl);
  if (!staked) await send(node, await stakeOf(node));
}

async function stakeOf(node: KeyPairSigner): Promise<Instruction> {
  const owner = node.address;
  const encoder = getAddressEncoder();
  const [vault] = await getProgramDerivedAddress({
    programAddress: NETWORK.stakingProgram,
    seeds: ['vault', encoder.encode(NETWORK.nosMint), encoder.encode(owner)],
  });
  return getStakeInstruction({
    mint: NETWORK.nosMint,
    user: await associatedTokenAddress(owner, NETWORK.nosMint),
    vault,
    stake: await stakeAddress(NETWORK, owner),
    authority: node,
    amount: STAKE,
    duration: STAKE_SECONDS,
  });
}
