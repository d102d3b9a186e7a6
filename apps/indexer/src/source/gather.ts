import type { Address } from '@solana/kit';

import type { RpcClient, SignatureEntry } from '../rpc/client.js';
import type { SourceCursor } from './cursor.js';
import { listSignatures } from './list-signatures.js';
import { sideBySide } from './side-by-side.js';
import type { ListedEntry } from './slots.js';
import type { SignatureSpool } from './spool.js';

export interface GatherDeps {
  readonly rpc: RpcClient;
  readonly spool: SignatureSpool;
  readonly addresses: readonly Address[];
  /** Signatures held in memory, of all lists together. */
  readonly maxListed: number;
}

/** Lists what several addresses have, side by side. */
export interface Gatherer {
  /**
   * Everything after the cursor up to a confirmed slot; null when that is too much for memory and what is final of it is
   * on its way into the spool instead.
   * @throws ContinuityError
   */
  list(cursor: SourceCursor | null, heads: ListedHeads, signal: AbortSignal): Promise<ListedEntry[] | null>;
  /** Goes on with the lists in the spool that are not complete. */
  completeSpool(cursor: SourceCursor | null, signal: AbortSignal): Promise<void>;
}

interface ListedHeads {
  readonly headSlot: bigint;
  readonly finalizedSlot: bigint;
}

/** The list of one address so far, newest first. */
interface Gathered {
  readonly entries: SignatureEntry[];
  complete: boolean;
}

export function createGatherer({ rpc, spool, addresses, maxListed }: GatherDeps): Gatherer {
  /** Addresses whose lists were empty when they were last looked at. */
  const knownEmpty = new Set<Address>();

  const toSpool = async (
    gathered: ReadonlyMap<Address, Gathered>,
    cursor: SourceCursor | null,
    finalizedSlot: bigint,
  ): Promise<void> => {
    await spool.begin(cursor?.slot ?? -1n, finalizedSlot, addresses);
    for (const [address, { entries, complete }] of gathered) {
      await spool.append(
        address,
        entries.filter(({ slot }) => slot <= finalizedSlot),
      );
      if (complete) await spool.markComplete(address);
    }
  };

  return {
    async list(cursor, { headSlot, finalizedSlot }, outer) {
      const gathered = new Map<Address, Gathered>(
        addresses.map((address) => [address, { entries: [], complete: false }]),
      );
      let final = 0;
      await sideBySide(
        gathered,
        async ([address, list], signal) => {
          const range = { cursor, upToSlot: headSlot, knownEmpty: knownEmpty.has(address) };
          for await (const page of listSignatures(rpc, address, range, signal)) {
            list.entries.push(...page);
            final += page.filter(({ slot }) => slot <= finalizedSlot).length;
            // The others stop as well, at their next page: the spool is where all of them go on.
            if (final > maxListed) return;
          }
          list.complete = true;
          if (list.entries.length === 0 && cursor?.marks.has(address) !== true) knownEmpty.add(address);
          else knownEmpty.delete(address);
        },
        outer,
      );
      if (final > maxListed) {
        await toSpool(gathered, cursor, finalizedSlot);
        return null;
      }
      return [...gathered].flatMap(([address, { entries }]) =>
        entries.toReversed().map((entry) => ({ ...entry, address })),
      );
    },

    async completeSpool(cursor, outer) {
      const state = await spool.state();
      if (state === null) return;
      await sideBySide(
        state.lists,
        async ([address, { complete, oldest }], signal) => {
          if (complete) return;
          const range = {
            cursor,
            upToSlot: state.upToSlot,
            ...(oldest === null ? {} : { resumeBefore: oldest.signature }),
          };
          for await (const page of listSignatures(rpc, address, range, signal)) {
            await spool.append(address, page);
          }
          await spool.markComplete(address);
        },
        outer,
      );
    },
  };
}
