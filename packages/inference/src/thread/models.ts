import { InferenceError } from '../errors.js';
import { type Batch, createBatch } from '../generation/batch.js';
import type { Decoder } from '../generation/decoder.js';
import { loadDecoder } from '../generation/load-decoder.js';
import type { BatchLimits } from '../generation/schedule.js';
import type { ModelFolder } from '../loading/model.js';
import { createTextTokenizer } from '../tokens/tokenizer.js';

export interface LoadedModel {
  readonly decoder: Decoder;
  readonly batch: Batch;
}

export interface LoadedModels {
  /** Loads the model at its first use; `loadMs` is what the caller waited for that. A failed load is tried again next time. */
  get(name: string): Promise<{ model: LoadedModel; loadMs: number }>;
  /** Those that are loaded, by name. */
  present(): ReadonlyMap<string, LoadedModel>;
  release(): Promise<void>;
}

/** The models in this thread's memory, by name. */
export function createLoadedModels(
  folders: ReadonlyMap<string, ModelFolder>,
  threads: number,
  limits: BatchLimits,
): LoadedModels {
  const loaded = new Map<string, LoadedModel>();
  const loading = new Map<string, Promise<LoadedModel>>();

  async function load(name: string): Promise<LoadedModel> {
    const folder = folders.get(name);
    if (!folder) throw new InferenceError('unknown_model', `model ${name} is not there`);
    const tokenizer = createTextTokenizer(folder);
    const decoder = await loadDecoder(folder.onnxPath, folder.config, threads);
    const { stopTokenIds } = folder;
    const { contextTokens } = folder.config;
    const batch = createBatch({ decoder, tokenizer, stopTokenIds, contextTokens }, limits);
    const model = { decoder, batch };
    loaded.set(name, model);
    return model;
  }

  return {
    async get(name) {
      const present = loaded.get(name);
      if (present) return { model: present, loadMs: 0 };
      const begun = performance.now();
      const promise = loading.get(name) ?? load(name).finally(() => loading.delete(name));
      loading.set(name, promise);
      return { model: await promise, loadMs: performance.now() - begun };
    },
    present: () => loaded,
    async release() {
      const decoders = [...loaded.values()].map((model) => model.decoder);
      loaded.clear();
      for (const decoder of decoders) await decoder.release();
    },
  };
}
