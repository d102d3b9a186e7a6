import type { NetworkConfig } from '@inferscan/protocol';
import type { Instruction, KeyPairSigner } from '@solana/kit';
import { getCreateAssociatedTokenIdempotentInstruction } from '@solana-program/token';

import type { ChainReader } from '../chain/reader.js';
import type { Landed, TransactionSender } from '../chain/sender.js';

export interface NodeTransactionsDeps {
  network: NetworkConfig;
  signer: KeyPairSigner;
  reader: ChainReader;
  sender: TransactionSender;
  kill: AbortSignal;
}

/** What a node's transactions have in common. */
export interface NodeTransactions {
  /** Signs, sends and waits until it is confirmed; what is read after it is not from before it. */
  land(action: string, instructions: readonly Instruction[]): Promise<Landed>;
  /** Creates the node's NOS account where it is missing: `work` names it in open markets, `finish` pays into it. */
  nosAccount(): Promise<Instruction[]>;
}

export function createNodeTransactions(deps: NodeTransactionsDeps): NodeTransactions {
  const { network, signer, reader, sender, kill } = deps;
  return {
    async land(action, instructions) {
      const landed = await sender.land(await sender.sign(action, instructions, kill), kill);
      reader.seenSlot(landed.slot);
      return landed;
    },
    async nosAccount() {
      const account = await reader.nosAccount(signer.address, kill);
      if (account.exists) return [];
      return [
        getCreateAssociatedTokenIdempotentInstruction({
          payer: signer,
          ata: account.address,
          owner: signer.address,
          mint: network.nosMint,
        }),
      ];
    },
  };
}
