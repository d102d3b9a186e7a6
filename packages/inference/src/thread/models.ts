import type { SchemaInUse, SchemaThreads } from '../constraint/schema-threads.js';
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
import type { ValidRequest } from '../request.js';
import { type Encoder, isLong } from '../tokens/encoder.js';
import { createTextTokenizer, type RequestTokens } from '../tokens/tokenizer.js';
import { vocabularyOf } from '../tokens/vocabulary.js';
import { shareJson } from './shared-json.js';

export interface LoadedModel {
  readonly decoder: Decoder;
  readonly batch: Batch;
  readonly contextTokens: number;
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
  /**
   * Makes a schema ready for a model's tokens, which needs neither its weights nor this thread.
   * @throws InferenceError bad_request; the signal's reason
   */
  useSchema(
    name: string,
    schema: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<SchemaInUse>;
  /**
   * The tokens of a request that has so much text that making them would hold up others; undefined of others.
   * @throws InferenceError bad_request; the signal's reason
   */
  encodeLong(request: ValidRequest, signal: AbortSignal): Promise<RequestTokens | undefined>;
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
  schemas: SchemaThreads,
  encoder: Encoder,
): LoadedModels {
  const counts = new Map([...folders.keys()].map((name) => [name, noCounts()]));
  const vocabularies = new Map<string, SharedArrayBuffer>();
  const tokenizerFiles = new Map<string, SharedArrayBuffer>();
  const residents = createResidents<LoadedModel>({ budgetBytes, inUse: ({ batch }) => batch.busy });

  async function load(folder: ModelFolder, { path }: Weights): Promise<LoadedModel> {
    const tokenizer = createTextTokenizer(folder);
    // Takes 0.3 s where there are 150,000 tokens, which nobody should wait for later.
    sharedFiles(folder);
    const decoder = await loadDecoder(path, folder.config, running);
    const { stopTokenIds } = folder;
    const { contextTokens } = folder.config;
    const batch = createBatch(
      { decoder, tokenizer, stopTokenIds, contextTokens },
      limits,
      counts.get(folder.info.name),
    );
    return { decoder, batch, contextTokens, release: () => decoder.release() };
  }

  function folderOf(name: string): ModelFolder {
    const folder = folders.get(name);
    if (!folder) throw new InferenceError('unknown_model', `model ${name} is not there`);
    return folder;
  }

  function sharedVocabulary({ info, tokenizer, config }: ModelFolder): SharedArrayBuffer {
    const known = vocabularies.get(info.name);
    const vocabulary = known ?? shareJson(vocabularyOf(tokenizer, config.vocabSize));
    vocabularies.set(info.name, vocabulary);
    return vocabulary;
  }

  function sharedFiles({ info, tokenizer, tokenizerConfig, config }: ModelFolder): SharedArrayBuffer {
    const known = tokenizerFiles.get(info.name);
    const files = known ?? shareJson({ tokenizer, tokenizerConfig, config });
    tokenizerFiles.set(info.name, files);
    return files;
  }

  return {
    async use(name, precision, work) {
      const folder = folderOf(name);
      const weights = weightsIn(name, folder.weights, precision);
      const key = `${name} in ${weights.precision}`;
      await residents.use(key, weights.sizeBytes, () => load(folder, weights), work);
    },
    async useSchema(name, schema, signal) {
      const folder = folderOf(name);
      const { stopTokenIds } = folder;
      const data = { schema, vocabulary: sharedVocabulary(folder), stopTokenIds };
      return schemas.use(JSON.stringify([name, schema]), data, signal);
    },
    async encodeLong(request, signal) {
      const folder = folderOf(request.model);
      return isLong(request)
        ? encoder.encode(request.model, sharedFiles(folder), request, signal)
        : undefined;
    },
    present: () => residents.present(),
    async release() {
      await Promise.all([schemas.close(), encoder.close()]);
      await residents.release();
    },
  };
}
