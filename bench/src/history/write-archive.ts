import { join } from 'node:path';

import {
  type Block,
  type BlockBuilder,
  createBlockBuilder,
  openArchive,
  segmentName,
  writeSegment,
} from '@inferscan/indexer/parts';

import { generateHistory } from './history.js';
import { NETWORK } from './parties.js';
import type { HistoryOptions } from './world.js';

/** Transactions of a block and blocks of a segment, as the archive itself makes them. */
const [PER_BLOCK, PER_SEGMENT] = [4_096, 10];

/** What names the chain that a generated history is of. */
const GENESIS = '11111111111111111111111111111111';

/**
 * Writes a generated history as an archive, all of it final. Blocks are compressed beside the generation of the next.
 * @param onProgress told how many transactions are written
 * @returns how many there are
 */
export async function writeHistory(
  dir: string,
  options: HistoryOptions,
  onProgress: (transactions: number) => void = () => {},
): Promise<number> {
  const { jobsProgram, stakingProgram, rewardsProgram, nodesProgram } = NETWORK;
  const scope = [jobsProgram, stakingProgram, rewardsProgram, nodesProgram];
  // It puts the folder in order; segments are written without a journal before them.
  await (await openArchive({ dir, genesisHash: GENESIS, scope })).close();
  let written = 0;
  let sequence = 0;
  let nextSlot = 0n;
  let lastSlot = -1n;
  let building: BlockBuilder | null = null;
  let blocks: Promise<Block>[] = [];
  let writing: Promise<void> = Promise.resolve();

  const bind = async (): Promise<void> => {
    await writing;
    const [made, from, to] = [await Promise.all(blocks), nextSlot, lastSlot];
    blocks = [];
    nextSlot = lastSlot + 1n;
    sequence += 1;
    const path = join(dir, segmentName(sequence));
    writing = writeSegment(path, { ranges: [{ from, to }], finalSlot: to, blocks: made });
  };

  for await (const part of generateHistory(options)) {
    for (const transaction of part) {
      // Blocks and segments end with whole slots.
      if (building !== null && building.transactions >= PER_BLOCK && transaction.slot > lastSlot) {
        blocks.push(building.finish());
        building = null;
        if (blocks.length === PER_SEGMENT) await bind();
      }
      building ??= createBlockBuilder();
      building.add(transaction);
      lastSlot = transaction.slot;
    }
    written += part.length;
    onProgress(written);
  }
  if (building !== null) blocks.push(building.finish());
  await bind();
  await writing;
  return written;
}
