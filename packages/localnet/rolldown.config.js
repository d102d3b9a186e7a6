import { defineConfig } from 'rolldown';

/**
 * The command as one file and a few parts that it loads late: the same code as some seven hundred modules takes
 * Node three times as long to load.
 */
export default defineConfig({
  input: { cli: 'src/cli.ts' },
  platform: 'node',
  // What reads files that lie beside it.
  external: [/^litesvm-/, /\.node$/, 'classic-level', '@inferscan/programs', '@bokuweb/zstd-wasm'],
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', sourcemap: true },
});
