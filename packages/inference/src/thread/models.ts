import { type Constraints, createConstraints } from '../constraint/constraint.js';
import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { type Batch, createBatch, noCounts } from '../generation/batch.js';
import type { Decoder } from '../generation/decoder.js';
import { loadDecoder } from '../generation/load-decoder.js';
import type { BatchLimits } from '../generation/schedule.js';
import type { ModelFolder } from '../loading/model.js';
import type { Running } from '../loading/provider.js';
import { createResidents } from '../loading/residents.js';
import { type Weights, weightsIn } from '../loading/weights.js';
import { createTextTokenizer } from '../tokens/tokenizer.js';
import { vocabularyOf } from '../tokens/vocabulary.js';

export interface LoadedModel {
  readonly decoder: Decoder;
  readonly batch: Batch;
  readonly constraints: Constraints;
  release(): Promise<void>;
}

export interface LoadedModels {
  /**
   * Gives the work the model, which stays at least until it is done. Loads it at its first use; `loadMs` is what was waited
   * for that. A failed load is tried again next time.
   * @throws InferenceError out_of_memory when there is no room beside the models that run
   */
  use(
    name: string,
    precision: Precision | undefined,
    work: (model: LoadedModel, loadMs: number) => Promise<void>,
  ): Promise<void>;
  /** Those that are loaded. */
  present(): readonly LoadedModel[];
  release(): Promise<void>;
}

/** The models in this thread's memory, under a budget. */
export function createLoadedModels(
  folders: ReadonlyMap<string, ModelFolder>,
  running: Running,
  limits: BatchLimits,
  budgetBytes: number,
): LoadedModels {
  const counts = new Map([...folders.keys()].map((name) => [name, noCounts()]));
  const residents = createResidents<LoadedModel>({ budgetBytes, inUse: ({ batch }) => batch.busy });

  async function load(folder: ModelFolder, { path }: Weights): Promise<LoadedModel> {
    const tokenizer = createTextTokenizer(folder);
    const decoder = await loadDecoder(path, folder.config, running);
    const { stopTokenIds } = folder;
    const { contextTokens } = folder.config;
    const batch = createBatch(
      { decoder, tokenizer, stopTokenIds, contextTokens },
      limits,
      counts.get(folder.info.name),
    );
    const vocabulary = vocabularyOf(folder.tokenizer, folder.config.vocabSize);
    const constraints = createConstraints(vocabulary, stopTokenIds);
    return { decoder, batch, constraints, release: () => decoder.release() };
  }

  return {
    async use(name, precision, work) {
      const folder = folders.get(name);
      if (!folder) throw new InferenceError('unknown_model', `model ${name} is not there`);
      const weights = weightsIn(name, folder.weights, precision);
      const key = `${name} in ${weights.precision}`;
      await residents.use(key, weights.sizeBytes, () => load(folder, weights), work);
    },
    present: () => residents.present(),
    release: () => residents.release(),
  };
}
