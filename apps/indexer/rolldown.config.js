import { defineConfig } from 'rolldown';

/**
 * The command as one file and parts that it loads late: as some seven hundred modules Node takes three times as long to
 * load the same code.
 */
export default defineConfig({
  input: { cli: 'src/cli.ts' },
  platform: 'node',
  // What finds files by where it lies itself: the database's binaries and migrations.
  external: ['@inferscan/db', /\.node$/],
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', sourcemap: true },
});
