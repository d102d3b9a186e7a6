import type { InferenceEngine, ModelInfo, ModelTask, Precision } from '@inferscan/inference';

import { modelNotFound } from './api-error.js';

/** The one model that an endpoint serves, where it does not serve all of its engine's. */
export interface ServedModel {
  name: string;
  precision?: Precision | undefined;
}

/** The models of an endpoint. */
export interface Catalogue {
  list(): readonly ModelInfo[];
  /**
   * @param param where the request names it
   * @throws ApiError 404 for a model that is not served, or is for something else
   */
  require(name: string, task: ModelTask, param?: string): { precision?: Precision };
}

/** @param only all of the engine's models where it is left out */
export function createCatalogue(engine: Pick<InferenceEngine, 'models'>, only?: ServedModel): Catalogue {
  const list = () => engine.models().filter(({ name }) => only === undefined || name === only.name);
  return {
    list,
    require(name, task, param = 'model') {
      const found = list().find((model) => model.name === name);
      if (found?.task === task) return only?.precision === undefined ? {} : { precision: only.precision };
      const known = list().flatMap((model) => (model.task === task ? [model.name] : []));
      const here = known.join(', ') || 'none';
      throw modelNotFound(
        found === undefined
          ? `${param}: ${JSON.stringify(name.slice(0, 200))} is not served here; served for ${task}: ${here}`
          : `${param}: ${name} is for ${found.task}; served for ${task}: ${here}`,
        param,
      );
    },
  };
}

/** A model as OpenAI's list of models shows it. */
export function modelObject(model: ModelInfo, created: number) {
  return {
    id: model.name,
    object: 'model' as const,
    created,
    owned_by: 'inferscan',
    task: model.task,
    digest: model.digest,
    parameters: model.parameters,
    precision: model.precision,
    ...(model.contextTokens !== undefined && { max_model_len: model.contextTokens }),
  };
}
