import { defineConfig } from 'rolldown';

/** The command as one file and parts that it loads late: as some nine hundred modules Node takes three times as long to load it. */
export default defineConfig({
  input: { cli: 'src/cli.ts' },
  platform: 'node',
  // What starts threads from files that lie beside it.
  external: ['@inferscan/inference', 'dockerode', /\.node$/],
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', sourcemap: true },
});
