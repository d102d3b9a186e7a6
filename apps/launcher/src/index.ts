export { ensureFunded, type Funding } from './demo/funding.js';
export { loadOrCreateKeypair } from './demo/keypair-file.js';
export { type Multiplication, multiplicationJob } from './demo/multiplication.js';
export { createPoster, type PostedJob } from './demo/poster.js';
