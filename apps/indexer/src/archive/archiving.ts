import { hasAnswers } from '../source/answered-batch.js';
import type { ChainSource, SourceBatch } from '../source/chain-source.js';
import type { Archive } from './archive.js';
import { laterOf } from './ranges.js';

export interface ArchivingOptions {
  readonly archive: Archive;
  /** Keep the RPC's answers too, where the source has them. */
  readonly answers: boolean;
}

/** How long an archive may not know that nothing happened. */
const IDLE_MS = 60_000;

/** A source whose transactions are kept in an archive before they are handed on. */
export function createArchivingSource(
  source: ChainSource,
  { archive, answers }: ArchivingOptions,
): ChainSource {
  let finalSlot = -1n;
  return {
    ...source,
    proven(slot) {
      finalSlot = laterOf(finalSlot, slot);
      source.proven(slot);
    },
    async *batches(cursor, signal) {
      // After a fork it is called again from further back, and what it then delivers replaces what was kept.
      let from = (cursor?.slot ?? -1n) + 1n;
      /** What of it the archive was told, and when. */
      let told = -1n;
      let toldAt = Date.now();
      const keepQuiet = async (): Promise<void> => {
        toldAt = Date.now();
        if (finalSlot >= from) await archive.append({ from, to: finalSlot, entries: [], finalSlot });
        else if (finalSlot > told) await archive.markFinal(finalSlot);
        told = finalSlot;
      };
      try {
        for await (const batch of source.batches(cursor, signal)) {
          const last = batch.transactions.at(-1);
          if (last !== undefined) {
            await archive.append({
              from,
              to: batch.coveredSlot,
              entries: entriesOf(batch, answers),
              finalSlot,
            });
            // What is later said of the slots after it counts: a fork may still put something there.
            from = last.slot + 1n;
            told = finalSlot;
            toldAt = Date.now();
          } else if (Date.now() - toldAt > IDLE_MS) {
            await keepQuiet();
          }
          yield batch;
        }
      } finally {
        await keepQuiet();
      }
    },
  };
}

function entriesOf(batch: SourceBatch, withAnswers: boolean): Parameters<Archive['append']>[0]['entries'] {
  const answers = withAnswers && hasAnswers(batch) ? batch.answers : [];
  return batch.transactions.map((transaction, index) => {
    const answer = answers[index];
    return { transaction, answer: answer === undefined ? null : JSON.stringify(answer) };
  });
}
