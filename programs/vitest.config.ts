import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each file makes its own chain, so files can share a worker: that saves loading the virtual machine every time.
  test: { include: ['test/**/*.test.ts'], isolate: false },
});
