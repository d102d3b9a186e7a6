import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each file makes its own chain, so files can share a worker: that saves loading the virtual machine every time.
  test: { testTimeout: 120_000, hookTimeout: 120_000, include: ['test/**/*.test.ts'], isolate: false },
});
