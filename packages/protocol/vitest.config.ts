import { defineConfig } from 'vitest/config';

// Random histories take two seconds alone, but tests of all packages share the machine.
export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 120_000, include: ['test/**/*.test.ts'] },
});
