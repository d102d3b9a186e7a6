import { InferenceError } from '../errors.js';
import type { Decoder } from '../generation/decoder.js';
import type { GenerationDeps } from '../generation/generate.js';
import { loadDecoder } from '../generation/load-decoder.js';
import type { ModelFolder } from '../loading/model.js';
import { createTextTokenizer } from '../tokens/tokenizer.js';

export interface LoadedModels {
  /** Loads the model at its first use; `loadMs` is 0 afterwards. A failed load is tried again next time. */
  get(name: string): Promise<{ model: GenerationDeps; loadMs: number }>;
  release(): Promise<void>;
}

/** The models in this thread's memory, by name. */
export function createLoadedModels(folders: ReadonlyMap<string, ModelFolder>, threads: number): LoadedModels {
  const loaded = new Map<string, GenerationDeps>();

  return {
    async get(name) {
      const present = loaded.get(name);
      if (present) return { model: present, loadMs: 0 };
      const folder = folders.get(name);
      if (!folder) throw new InferenceError('unknown_model', `model ${name} is not there`);
      const begun = performance.now();
      const model = {
        tokenizer: createTextTokenizer(folder),
        decoder: await loadDecoder(folder.onnxPath, folder.config, threads),
        stopTokenIds: folder.stopTokenIds,
        contextTokens: folder.config.contextTokens,
      };
      loaded.set(name, model);
      return { model, loadMs: performance.now() - begun };
    },
    async release() {
      const decoders: Decoder[] = [...loaded.values()].map((model) => model.decoder);
      loaded.clear();
      for (const decoder of decoders) await decoder.release();
    },
  };
}
