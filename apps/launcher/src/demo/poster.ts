import type { JobDefinition } from '@inferscan/formats';
import { buildList, networkConfig } from '@inferscan/protocol';
import type { ContentClient } from '@inferscan/storage/client';
import { type Address, generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { createSendInstruction } from './transactions.js';

export interface PostedJob {
  readonly job: Address;
  readonly signature: string;
}

/** Pins definitions and lists them as jobs, paid and owned by one wallet. */
export function createPoster(deps: {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly wallet: KeyPairSigner;
  readonly content: ContentClient;
}): { post(market: Address, definition: JobDefinition, timeoutSeconds: bigint): Promise<PostedJob> } {
  const send = createSendInstruction(deps.rpcUrl, deps.wsUrl);
  return {
    async post(market, definition, timeoutSeconds) {
      const { digest } = await deps.content.pinJson(definition);
      const [job, run] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
      const list = await buildList({
        network: networkConfig('localnet'),
        market,
        job,
        run,
        payer: deps.wallet,
        definitionDigest: digest,
        timeout: timeoutSeconds,
      });
      return { job: job.address, signature: await send(deps.wallet, list) };
    },
  };
}
