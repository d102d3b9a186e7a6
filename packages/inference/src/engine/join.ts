import type { InferenceEngine, TextEngine } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { GenerationRequest } from '../request.js';
import type { ModelTask, TaskResult } from '../tasks/contract.js';
import type { TaskEngine } from '../tasks/engine.js';
import { type Envelope, isRegistered, parseEnvelope } from '../tasks/request.js';
import { runTextGeneration } from '../tasks/text-generation.js';

/** One engine for all models: text on its own thread, every other task on another. */
export function joinEngines(text: TextEngine, tasks: TaskEngine): InferenceEngine {
  function runAny(request: Envelope, signal: AbortSignal | undefined): Promise<TaskResult<ModelTask>> {
    const task = tasks.models().find((one) => one.name === request.model)?.task;
    if (isRegistered(request)) {
      if (text.models().some((one) => one.name === request.model)) {
        throw new InferenceError(
          'bad_request',
          `task: ${request.model} is for text-generation, not for ${request.task}`,
        );
      }
      return tasks.run(request, signal);
    }
    if (task !== undefined) throw notForText(request.model, task);
    return runTextGeneration(text, request, signal);
  }

  return {
    models: () => [...text.models(), ...tasks.models()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    stats: () => text.stats(),
    load: () => new Map([...text.load(), ...tasks.load()]),
    async generate(request, options) {
      // Callers without types send anything; what is no request is refused where requests are read.
      const { model } = Object(request) as Partial<GenerationRequest>;
      const task = tasks.models().find((one) => one.name === model)?.task;
      if (model !== undefined && task !== undefined) throw notForText(model, task);
      return text.generate(request, options);
    },
    async run<T extends ModelTask>(request: unknown, options: { signal?: AbortSignal | undefined } = {}) {
      // What was asked for decides what comes back.
      return (await runAny(parseEnvelope(request), options.signal)) as TaskResult<T>;
    },
    async close() {
      await Promise.all([text.close(), tasks.close()]);
    },
  };
}

function notForText(model: string, task: ModelTask): InferenceError {
  return new InferenceError('bad_request', `task: ${model} is for ${task}, not for text-generation`);
}
