import { compress, init } from '@bokuweb/zstd-wasm';

/** Compresses bytes into one Zstandard frame. */
export type Compress = (bytes: Uint8Array) => Uint8Array;

/** Loads the compressor, which takes some milliseconds. */
export async function loadZstd(): Promise<Compress> {
  await init();
  return (bytes) => compress(bytes);
}
