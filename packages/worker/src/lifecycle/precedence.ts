import type { Address } from '@solana/kit';

import { JOB_DONE, JOB_STOPPED, type Run } from '../chain/accounts.js';
import type { ChainReader } from '../chain/reader.js';

/**
 * Why a run of this node is to be left alone; null if it may go on.
 *
 * The program lets any number of nodes take over a job that was handed back, and pays each that finishes it, the second from what others
 * have deposited; a run given back makes the job one that can be refunded, also after it was paid. So of several runs only the one that
 * began first goes on, and the others are neither finished nor given back. Whoever began looks after its own beginning is
 * confirmed, and so sees all that began before.
 * @throws Error if the list of runs lacks this one
 */
export async function whyLeaveAlone(
  run: Run,
  reader: ChainReader,
  kill: AbortSignal,
): Promise<string | null> {
  const before = await reader.job(run.job, kill);
  if (before === null || (before.state !== JOB_DONE && before.state !== JOB_STOPPED)) return null;
  const runs = await reader.runsOf(run.job, kill);
  // Asked after the runs: one that ended with a result is no longer among them, but its job is done.
  const job = await reader.job(run.job, kill);
  if (job === null) return null;
  // Its end closes the run that was paid for, so that this is another one.
  if (job.state === JOB_DONE) return `the node ${job.node} has finished the job`;
  if (!runs.some(({ address }) => address === run.address)) {
    throw new Error(`the list of the runs of ${run.job} lacks ${run.address}, which is there`);
  }
  const others = runs.filter(({ address }) => address !== run.address);
  if (others.length === 0) return null;
  const begin = await beginOf(run, reader, kill);
  for (const other of others) {
    const otherBegin = await beginOf(other, reader, kill);
    if (isEarlier(otherBegin, begin)) {
      const isKnown = otherBegin.slot !== null && begin.slot !== null;
      return `the node ${other.node} runs the job too, and ${isKnown ? 'began earlier' : 'the RPC does not tell who began earlier'}`;
    }
  }
  return null;
}

async function beginOf({ address }: Run, reader: ChainReader, kill: AbortSignal): Promise<Beginning> {
  try {
    return { address, slot: await reader.beginOf(address, kill) };
  } catch {
    kill.throwIfAborted();
    // An RPC without history.
    return { address, slot: null };
  }
}

interface Beginning {
  readonly address: Address;
  /** Null where nobody knows: taken for the earlier, as to wait costs less than to be paid twice. */
  readonly slot: bigint | null;
}

/** In the same slot the lower address counts as the earlier, for either of the two nodes. */
export function isEarlier(other: Beginning, own: Beginning): boolean {
  if (other.slot === null || own.slot === null) return true;
  return other.slot < own.slot || (other.slot === own.slot && other.address < own.address);
}
