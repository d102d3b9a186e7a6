import { readFile } from 'node:fs/promises';
import { type HostCacheGraph, rewriteForHostCache } from '../graph/host-cache.js';
import { onFirstThatTakesIt, type Running } from '../loading/provider.js';
import type { ModelConfig } from '../loading/schemas.js';
import type { Decoder } from './decoder.js';
import { cacheNamesOf } from './graph-io.js';
import { openHostCacheDecoder } from './host-cache-decoder.js';
import { openPlainDecoder } from './plain-decoder.js';

/**
 * Loads a decoder graph with Optimum's inputs and outputs: with its cache kept here where the graph allows it,
 * otherwise as it is.
 * @throws InferenceError bad_model when every provider refuses the file or its inputs and outputs are others
 */
export async function loadDecoder(onnxPath: string, config: ModelConfig, running: Running): Promise<Decoder> {
  const graph = await rewrite(onnxPath, config);
  return onFirstThatTakesIt(running, async (on) => {
    const opened = 'hindrance' in graph ? graph : await openHostCacheDecoder(onnxPath, graph, config, on);
    return 'hindrance' in opened ? openPlainDecoder(onnxPath, config, on, opened.hindrance) : opened;
  });
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
