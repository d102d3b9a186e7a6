import { defineConfig } from 'vitest/config';

// The running system on ports and folders of its own: starting it takes seconds, and one file does it once.
export default defineConfig({
  test: {
    include: ['test/system/**/*.system.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
