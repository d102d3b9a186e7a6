import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['test/**/*.test.ts'],
    // Each file would load the same modules again: two minutes in all on two cores, of five.
    isolate: false,
  },
});
