import { defineConfig } from 'rolldown';

/**
 * The launcher and its demo as one file each, with what they share: as some thousand modules Node takes three times as
 * long to load them, and nothing starts before the launcher is loaded.
 */
export default defineConfig({
  input: { cli: 'src/cli.ts', 'demo/main': 'src/demo/main.ts' },
  platform: 'node',
  // What finds files by where it lies itself: the database's binaries and migrations.
  external: ['@inferscan/db', /\.node$/],
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', sourcemap: true },
});
