import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['@inferscan/db/testing/setup'],
    // A busy machine makes databases slowly.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
