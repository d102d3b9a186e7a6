import { defineConfig } from 'vitest/config';

// Random histories take two seconds alone, but tests of all packages share the machine.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 120_000 } });
