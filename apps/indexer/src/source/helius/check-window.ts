import type { Address } from '@solana/kit';

import { backoffMs, pause } from '../../rpc/backoff.js';
import type { RpcClient, SignatureEntry } from '../../rpc/client.js';
import { LyingListError, listWindow } from './list-window.js';
import type { Marks } from './marks.js';
import type { HistoryWindow } from './window.js';

export interface CheckDeps {
  readonly rpc: RpcClient;
  readonly addresses: readonly Address[];
  readonly finalizedSlot: bigint;
  /** Told of a transaction that Helius has and no list has. */
  readonly onExtra: (signature: string) => void;
}

/** A transaction that Helius has and the lists have not is believed to be wrong when this many lists lack it. */
const LISTS = 3;

/**
 * What the lists have of a window, newest first, by address: the truth that Helius's window is measured by.
 * @throws LyingListError
 */
export async function checkWindow(
  { rpc, addresses, finalizedSlot, onExtra }: CheckDeps,
  window: HistoryWindow,
  marks: Marks,
  signal: AbortSignal,
): Promise<Map<Address, SignatureEntry[]>> {
  /** Where lists begin: a transaction that only Helius knows would make them empty, so later ones begin at the top. */
  const listFrom = async (before: string | null): Promise<Map<Address, SignatureEntry[]>> => {
    const listed = new Map<Address, SignatureEntry[]>();
    for (const address of addresses) {
      const mark = marks.get(address);
      const { from, to } = window;
      const range = {
        from,
        to,
        before,
        until: mark?.until ?? null,
        hasOlder: mark !== undefined,
        finalizedSlot,
      };
      listed.set(address, await listWindow(rpc, address, range, signal));
    }
    return listed;
  };

  for (let tries = 1; ; tries++) {
    try {
      const listed = await listFrom(tries === 1 ? window.next : null);
      const names = new Set([...listed.values()].flat().map(({ signature }) => signature));
      const extra = [...window.entries.keys()].find((signature) => !names.has(signature));
      if (extra === undefined) return listed;
      if (tries >= LISTS) {
        onExtra(extra);
        return listed;
      }
    } catch (error) {
      if (!(error instanceof LyingListError) || tries >= LISTS) throw error;
    }
    await pause(backoffMs(tries), signal);
  }
}
