import { readFile } from 'node:fs/promises';
import { type HostCacheGraph, rewriteForHostCache } from '../graph/host-cache.js';
import type { ModelConfig } from '../loading/schemas.js';
import type { Decoder } from './decoder.js';
import { cacheNamesOf } from './graph-io.js';
import { openHostCacheDecoder } from './host-cache-decoder.js';
import { openPlainDecoder } from './plain-decoder.js';

/**
 * Loads a decoder graph with Optimum's inputs and outputs: with its cache kept here where the graph allows it,
 * otherwise as it is.
 * @param threads threads within one operator
 * @throws InferenceError bad_model when the runtime refuses the file or its inputs and outputs are others
 */
export async function loadDecoder(onnxPath: string, config: ModelConfig, threads: number): Promise<Decoder> {
  const graph = await rewrite(onnxPath, config);
  const opened = 'hindrance' in graph ? graph : await openHostCacheDecoder(onnxPath, graph, config, threads);
  return 'hindrance' in opened ? openPlainDecoder(onnxPath, config, threads, opened.hindrance) : opened;
}

async function rewrite(
  onnxPath: string,
  config: ModelConfig,
): Promise<HostCacheGraph | { readonly hindrance: string }> {
  let file: Uint8Array;
  try {
    file = await readFile(onnxPath);
  } catch (error) {
    // Files from 2 GiB on cannot be read at once.
    return {
      hindrance: `the file cannot be read at once (${error instanceof Error ? error.message : String(error)})`,
    };
  }
  return rewriteForHostCache(file, cacheNamesOf(config), config.headDim);
}
