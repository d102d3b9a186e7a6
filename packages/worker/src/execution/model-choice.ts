import type { InferenceSpec, InferenceTask } from '@inferscan/formats';
import type { InferenceEngine, ModelTask } from '@inferscan/inference';

import type { JobFailure } from '../result/failure.js';

/** What the engine calls the tasks of specs. */
const MODEL_TASKS: Readonly<Record<InferenceTask, readonly ModelTask[]>> = {
  'text-generation': ['text-generation'],
  embedding: ['embeddings'],
  classification: ['text-classification', 'image-classification'],
  'image-generation': ['image-generation'],
  action: ['action'],
};

/** What the model of a spec is for, as the engine calls it; or what this node says it cannot run, before it begins. */
export function chooseModel(
  engine: InferenceEngine,
  spec: InferenceSpec,
): { ok: true; task: ModelTask } | { ok: false; failure: JobFailure } {
  const refuse = (failure: JobFailure) => ({ ok: false, failure }) as const;
  if (spec.serve) {
    return refuse({
      event: 'unsupported-operation',
      message: 'this node does not serve endpoints; leave out "serve" to run the inputs',
    });
  }
  const tasks = MODEL_TASKS[spec.task];
  const models = engine.models();
  const model = models.find(({ name }) => name === spec.model);
  if (!model) {
    const known = models.filter(({ task }) => tasks.includes(task)).map(({ name }) => name);
    return refuse({
      event: 'resource-error',
      code: 404,
      message: `this node has no model ${spec.model}; it has: ${known.join(', ') || 'none'}`,
    });
  }
  if (!tasks.includes(model.task)) {
    return refuse({
      event: 'operation-error',
      message: `the model ${spec.model} is for ${model.task}, not for ${spec.task}`,
    });
  }
  if (spec.precision !== undefined && !model.precisions.includes(spec.precision)) {
    return refuse({
      event: 'resource-error',
      code: 404,
      message: `this node has ${spec.model} in ${model.precisions.join(', ')}, not in ${spec.precision}`,
    });
  }
  return { ok: true, task: model.task };
}
