import { compress, init } from '@bokuweb/zstd-wasm';

/** Compresses bytes into one Zstandard frame. */
export type Compress = (bytes: Uint8Array) => Uint8Array;

/** The library has one memory for the process: loading it again would take it from who uses it already. */
let loading: Promise<void> | undefined;

/** Loads the compressor, which takes some milliseconds. */
export async function loadZstd(): Promise<Compress> {
  loading ??= init();
  await loading;
  return (bytes) => compress(bytes);
}
