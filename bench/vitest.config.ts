import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['@inferscan/db/testing/setup'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.test.ts'],
  },
});
