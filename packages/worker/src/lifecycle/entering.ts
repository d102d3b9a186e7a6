import { buildClaim, buildStop, buildWork, type NetworkConfig } from '@inferscan/protocol';
import { type Address, generateKeyPairSigner, type Instruction, type KeyPairSigner } from '@solana/kit';

import { TransactionRejected } from '../chain/errors.js';
import type { ChainReader } from '../chain/reader.js';
import type { TransactionSender } from '../chain/sender.js';
import type { Logger } from '../log.js';
import type { StateStore } from '../state/store.js';
import type { MarketOption } from './choose-market.js';
import type { Conditions } from './conditions.js';
import { accessNft } from './eligibility.js';
import type { HandedBack } from './handed-back.js';
import type { NodeTransactions } from './transactions.js';

export interface EnteringDeps {
  network: NetworkConfig;
  signer: KeyPairSigner;
  conditions: Conditions;
  reader: ChainReader;
  sender: TransactionSender;
  transactions: NodeTransactions;
  store: StateStore;
  log: Logger;
  kill: AbortSignal;
}

/** The steps by which a node comes to a job, and out of a queue. Each may be interrupted anywhere and done again. */
export function createEntering(deps: EnteringDeps) {
  const { network, signer, reader, sender, transactions, store, log, kill } = deps;

  async function accessTo({ address, market }: MarketOption): Promise<{ accessNft?: Address }> {
    if (market === null) throw new Error(`the market ${address} is gone`);
    const nft = accessNft(market, (await deps.conditions.read(false)).nfts);
    return nft === undefined ? {} : { accessNft: nft };
  }

  /** Signed once and remembered before it is sent: after a crash the same bytes are sent, never a second `work`. */
  async function enter(market: Address, instructions: readonly Instruction[]): Promise<void> {
    const { signature, wire, lastValidBlockHeight } = await sender.sign('work', instructions, kill);
    await store.update({ lastMarket: market, pendingWork: { signature, wire, lastValidBlockHeight } });
    await settlePendingWork();
  }

  /** Lands the `work` or `claim` that was signed last, or finds out that it cannot land any more. */
  async function settlePendingWork(): Promise<void> {
    const { pendingWork } = store.get();
    if (!pendingWork) return;
    try {
      reader.seenSlot((await sender.land({ action: 'work', ...pendingWork }, kill)).slot);
    } catch (error) {
      // Refused and expired are final; anything else leaves it pending.
      if (!kill.aborted) await store.update({ pendingWork: null });
      throw error;
    }
    await store.update({ pendingWork: null });
  }

  const leaving = (market: Address) =>
    buildStop({ network, market, node: signer.address, authority: signer });

  return {
    settlePendingWork,

    /** Enters a market: takes its first job, or a place in its queue. */
    async work(option: MarketOption): Promise<void> {
      const market = option.address;
      const access = await accessTo(option);
      const run = await generateKeyPairSigner();
      await enter(market, [
        ...(await transactions.nosAccount()),
        await buildWork({ network, market, node: signer, run, ...access }),
      ]);
    },

    /**
     * Takes a job over that another node handed back. `queued` is left in the same transaction, so that no second job comes: if
     * one has come already, nothing happens.
     */
    async takeOver({ job, option }: HandedBack, queued: Address | null): Promise<void> {
      const market = option.address;
      const access = await accessTo(option);
      const run = await generateKeyPairSigner();
      try {
        await enter(market, [
          ...(queued === null ? [] : [await leaving(queued)]),
          ...(await transactions.nosAccount()),
          await buildClaim({ network, market, node: signer, run, job, ...access }),
        ]);
      } catch (error) {
        if (!(error instanceof TransactionRejected)) throw error;
        log.info({ job, err: error }, 'did not get a job that was handed back');
        return;
      }
      log.info({ job, run: run.address }, 'took a job over that was handed back');
    },

    async leaveQueue(market: Address): Promise<void> {
      await transactions.land('stop', [await leaving(market)]);
    },
  };
}

export type Entering = ReturnType<typeof createEntering>;
