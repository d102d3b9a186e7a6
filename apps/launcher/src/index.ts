export { type Exercise, exerciseJob, type Multiplication } from './demo/exercise.js';
export { ensureFunded, type Funding } from './demo/funding.js';
export { loadOrCreateKeypair } from './demo/keypair-file.js';
export { ensureNode } from './demo/node-setup.js';
export { createPoster, type PostedJob } from './demo/poster.js';
