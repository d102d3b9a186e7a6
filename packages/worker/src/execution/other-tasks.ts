import {
  type ActionSpec,
  type ClassificationSpec,
  canonicalJson,
  type EmbeddingSpec,
  type ImageGenerationSpec,
  seedOfInput,
} from '@inferscan/formats';
import type { InferenceEngine, ModelTask, TaskRequest, TaskResult } from '@inferscan/inference';

import type { Answer } from '../result/answer.js';
import type { AnswerInputs } from './answer-inputs.js';

type OtherSpec = EmbeddingSpec | ClassificationSpec | ImageGenerationSpec | ActionSpec;

/** Enough that the engine never waits for this side: such requests run one after another. */
const AT_ONCE = 4;
/** The job's own timeout comes first. */
const TIMEOUT_MS = 3_600_000;

/** Asks the engine, and says what came of it: the output, and how many tokens were read. */
type Asked = { output: unknown; prompt?: number; result: TaskResult<ModelTask> };

/**
 * Answers the inputs of every task but text generation, one request of the engine for each: what else is in a job never changes
 * an answer.
 * @param task what the model is for, as the engine calls it
 */
export function answerOthers(
  engine: InferenceEngine,
  spec: OtherSpec,
  inputs: Exclude<OtherSpec['inputs'], string>,
  task: ModelTask,
): AnswerInputs {
  return {
    count: inputs.length,
    atOnce: AT_ONCE,
    async answer(index, signal) {
      const run = <T extends ModelTask>(name: T, wanted: TaskRequest<T>['inputs'], seed?: number) =>
        engine.run<T>(
          {
            task: name,
            model: spec.model,
            precision: spec.precision,
            inputs: wanted,
            timeoutMs: TIMEOUT_MS,
            ...(seed === undefined ? {} : { seed: seedOfInput(seed, index) }),
          },
          { signal },
        );
      return answerOf(await ask(spec, inputs[index], task, run));
    },
  };
}

type Run = <T extends ModelTask>(
  name: T,
  wanted: TaskRequest<T>['inputs'],
  seed?: number,
) => Promise<TaskResult<T>>;

async function ask(spec: OtherSpec, input: unknown, task: ModelTask, run: Run): Promise<Asked> {
  switch (spec.task) {
    case 'embedding': {
      const result = await run('embeddings', { texts: [input as string], ...spec.params });
      const { vectors, dimensions, tokens, truncated } = result.output;
      const output = { vector: [...(vectors[0] ?? [])], dimensions, truncated: truncated[0] ?? false };
      return { output, prompt: tokens[0] ?? 0, result };
    }
    case 'classification':
      return task === 'text-classification'
        ? classifyText(spec, input as string, run)
        : classifyImage(spec, input as ImageOf, run);
    case 'image-generation': {
      const { seed = 0, ...params } = spec.params ?? {};
      const result = await run('image-generation', { labels: [input as string | null], ...params }, seed);
      const { images, steps, guidance } = result.output;
      const output = images.map((image) => ({ ...image, png: Buffer.from(image.png).toString('base64') }))[0];
      return { output: { ...output, steps, guidance }, result };
    }
    case 'action': {
      const { seed = 0, ...params } = spec.params ?? {};
      const result = await run('action', { observations: [input as ObservationOf], ...params }, seed);
      return { output: result.output.actions[0], result };
    }
  }
}

type ImageOf = Exclude<Exclude<ClassificationSpec['inputs'], string>[number], string>;
type ObservationOf = Exclude<ActionSpec['inputs'], string>[number];

async function classifyText({ params = {} }: ClassificationSpec, text: string, run: Run): Promise<Asked> {
  const { top_k: topK, ...rest } = params;
  const result = await run('text-classification', { texts: [text], ...rest, ...(topK && { topK }) });
  const { tokens = 0, ...output } = result.output.texts[0] ?? {};
  return { output, prompt: tokens, result };
}

async function classifyImage({ params = {} }: ClassificationSpec, image: ImageOf, run: Run): Promise<Asked> {
  const { top_k: topK } = params;
  const images = [image] as TaskRequest<'image-classification'>['inputs']['images'];
  const result = await run('image-classification', { images, ...(topK && { topK }) });
  return { output: result.output.images[0], result };
}

function answerOf({ output, prompt = 0, result }: Asked): Answer {
  const { model, runtime, timing, steps } = result;
  return {
    output,
    line: canonicalJson(output),
    facts: {
      model,
      runtime,
      sharing: { steps, rows: steps, mostRows: 1 },
      tokens: { prompt, completion: 0, reasoning: 0, cached: 0 },
      timing: { queueMs: timing.queueMs, loadMs: timing.loadMs, firstMs: timing.runMs },
    },
  };
}
