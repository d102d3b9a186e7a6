import { defineConfig } from 'vitest/config';

/** What needs a container engine; it is started for each file, so one at a time. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.engine.ts'],
    fileParallelism: false,
  },
});
