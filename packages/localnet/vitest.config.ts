import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.test.ts'],
    // Files share loaded modules, which hold no state: loading them for each file anew took a third of the time.
    isolate: false,
  },
});
