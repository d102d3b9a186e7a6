// Parts of the indexer that are measured one by one.
export { openArchive } from './archive/archive.js';
export { createArchiveSource } from './archive/archive-source.js';
export { type Block, type BlockBuilder, createBlockBuilder } from './archive/block.js';
export { segmentName } from './archive/names.js';
export { writeSegment } from './archive/segment.js';
export { follow } from './pipeline/follow.js';
export { foldHardware } from './rollup/fold-hardware.js';
export { countNetworkHours } from './rollup/network-hours.js';
export { rebuildSome } from './rollup/rebuild.js';
export { createPostgresStore } from './store/postgres-store.js';
export type { Finishing } from './store/store.js';
