import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.test.ts'],
    // Most of these wait for chains and databases: two at a time, also where there are only two cores.
    maxWorkers: 2,
    // Files share loaded modules, which hold no state.
    isolate: false,
    globalSetup: ['@inferscan/db/testing/setup'],
  },
});
