// Writes batches to an archive as fast as it can until it is killed; a line on stdout for each that was kept.
import { openArchive } from '../../dist/archive/archive.js';

const [dir, genesisHash, scope, start] = process.argv.slice(2);
const archive = await openArchive({
  dir,
  genesisHash,
  scope: [scope],
  limits: { segmentBytes: 20_000, block: 16, sync: false },
});

/** The transactions of a slot: as many as its number says, always the same ones. */
function transactionsOf(slot) {
  return Array.from({ length: slot % 4 }, (_, index) => ({
    signature: `${slot}`.padStart(70, '1') + 'a'.repeat(10 + index),
    slot: BigInt(slot),
    index,
    blockTime: BigInt(slot * 2),
    error: null,
    feePayer: scope,
    fee: 5000n,
    instructions: [],
    tokenBalances: [],
  }));
}

for (let slot = Number(start); ; slot += 2) {
  const entries = [slot, slot + 1]
    .flatMap(transactionsOf)
    .map((transaction) => ({ transaction, answer: null }));
  await archive.append({ from: BigInt(slot), to: BigInt(slot + 1), finalSlot: BigInt(slot + 1), entries });
  process.stdout.write(`${slot + 1}\n`);
}
