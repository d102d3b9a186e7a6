import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.test.ts'],
    // Files share loaded modules, which hold no state.
    isolate: false,
    globalSetup: ['@inferscan/db/testing/setup'],
  },
});
