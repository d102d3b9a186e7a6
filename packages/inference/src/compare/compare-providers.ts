import { basename, resolve } from 'node:path';
import type { InferenceEngine, ModelInfo, Precision, Runtime, Schedule } from '../contract.js';
import { settingsSchema, startEngine } from '../engine/start.js';
import { readModels } from '../loading/directory.js';
import type { ModelFolder } from '../loading/model.js';
import { greatestDistance } from './distance.js';
import { prompts } from './prompts.js';
import { taskInputs } from './task-inputs.js';

/** Requests that share steps in the second measurement. */
const TOGETHER = 8;

export interface CompareOptions {
  /** A model folder. */
  readonly directory: string;
  readonly provider: string;
  readonly precision: Precision | undefined;
  /** That each completion has at most. */
  readonly tokens: number;
  readonly threads: number;
}

/** What one provider did. */
export interface ProviderRun {
  readonly runtime: Runtime;
  readonly schedule?: Schedule;
  /** From the request to the loaded model. */
  readonly loadMs: number;
  /** Of a text model, one request at a time, and eight at a time; of other tasks, runs of the graph. */
  readonly perSecond: { readonly alone: number; readonly together?: number };
  /** Whether requests gave the same bits in company as alone, and the second time as the first. */
  readonly repeats: boolean;
}

export interface ProviderComparison {
  readonly model: string;
  readonly task: ModelInfo['task'];
  readonly precision: string;
  readonly cpu: ProviderRun;
  readonly other: ProviderRun;
  /** Texts whose tokens are all the same, of all; undefined for other tasks. */
  readonly sameTexts?: { readonly same: number; readonly of: number };
  /** Between log-probabilities up to the first other token, or between numbers of the output. */
  readonly greatestDistance: number;
}

interface Trace {
  readonly run: ProviderRun;
  readonly precision: string;
  /** Of each request, what can be compared: tokens with log-probabilities, or the output. */
  readonly texts: readonly (readonly { id: number; logprob: number }[])[];
  readonly outputs: readonly unknown[];
}

/**
 * Runs the same greedy requests on the processor and on another provider, through the whole engine.
 * @throws InferenceError bad_model, bad_request
 */
export async function compareProviders(options: CompareOptions): Promise<ProviderComparison> {
  const directory = resolve(options.directory);
  const models = await readModels([directory]);
  const [text] = models.text.values();
  const trace = async (provider: string): Promise<Trace> => {
    const settings = settingsSchema.parse({ threads: options.threads, providers: [provider] });
    const engine = await startEngine(models, settings);
    try {
      return await (text
        ? textTrace(engine, directory, text, options)
        : taskTrace(engine, directory, options));
    } finally {
      await engine.close();
    }
  };
  const cpu = await trace('cpu');
  const other = await trace(options.provider);
  const task = [...models.tasks.values()][0]?.task ?? 'text-generation';
  return {
    model: basename(directory),
    task,
    precision: cpu.precision,
    cpu: cpu.run,
    other: other.run,
    ...(task === 'text-generation' && { sameTexts: sameTexts(cpu, other) }),
    greatestDistance:
      task === 'text-generation' ? textDistance(cpu, other) : greatestDistance(cpu.outputs, other.outputs),
  };
}

async function textTrace(
  engine: InferenceEngine,
  directory: string,
  folder: ModelFolder,
  options: CompareOptions,
): Promise<Trace> {
  const model = basename(directory);
  const requests = (await prompts(directory, folder, TOGETHER)).map((prompt) => ({
    model,
    ...prompt,
    maxTokens: options.tokens,
    logprobs: 0,
    commitment: { salt: 'comparison' },
    ...(options.precision && { precision: options.precision }),
  }));
  const [first] = requests;
  if (first === undefined) throw new RangeError('there are no prompts');
  // Loads the model, and has a GPU make the kernels that it needs.
  const warm = await engine.generate(first);
  const timed = async (run: () => Promise<readonly Result[]>) => {
    const begun = performance.now();
    const results = await run();
    const tokens = results.reduce((sum, result) => sum + result.tokens.completion, 0);
    return { results, perSecond: (1000 * tokens) / (performance.now() - begun) };
  };
  const alone = await timed(async () => {
    const results: Result[] = [];
    for (const request of requests) results.push(await engine.generate(request));
    return results;
  });
  const together = () => timed(() => Promise.all(requests.map((request) => engine.generate(request))));
  const warmTogether = await together();
  const timedTogether = await together();
  const bits = ({ completions }: Result) => completions.map(({ commitment }) => commitment?.digest).join();
  const same = (results: readonly Result[]) =>
    results.every((result, at) => bits(result) === bits(alone.results[at] ?? result));
  return {
    precision: warm.model.precision,
    run: {
      runtime: warm.runtime,
      ...(warm.schedule && { schedule: warm.schedule }),
      loadMs: warm.timing.loadMs,
      perSecond: { alone: alone.perSecond, together: timedTogether.perSecond },
      repeats: [[warm], warmTogether.results, timedTogether.results].every(same),
    },
    texts: alone.results.map(({ logprobs }) => logprobs ?? []),
    outputs: [],
  };
}

type Result = Awaited<ReturnType<InferenceEngine['generate']>>;

async function taskTrace(
  engine: InferenceEngine,
  directory: string,
  options: CompareOptions,
): Promise<Trace> {
  const [info] = engine.models();
  if (!info) throw new RangeError('there is no model');
  const request = {
    task: info.task,
    model: info.name,
    inputs: await taskInputs(directory, info.task),
    ...(options.precision && { precision: options.precision }),
    timeoutMs: 600_000,
  };
  const once = () => engine.run(request as Parameters<InferenceEngine['run']>[0]);
  const warm = await once();
  const result = await once();
  return {
    precision: warm.model.precision,
    run: {
      runtime: warm.runtime,
      loadMs: warm.timing.loadMs,
      perSecond: { alone: (1000 * result.steps) / result.timing.runMs },
      repeats: greatestDistance(warm.output, result.output) === 0,
    },
    texts: [],
    outputs: [result.output],
  };
}

function sameTexts(a: Trace, b: Trace): { same: number; of: number } {
  const same = a.texts.filter((text, at) => {
    const other = b.texts[at] ?? [];
    return other.length === text.length && text.every(({ id }, step) => id === other[step]?.id);
  });
  return { same: same.length, of: a.texts.length };
}

/** Behind the first other token, texts are about something else. */
function textDistance(a: Trace, b: Trace): number {
  let greatest = 0;
  a.texts.forEach((text, at) => {
    for (const [step, { id, logprob }] of text.entries()) {
      const other = b.texts[at]?.[step];
      if (other?.id !== id) break;
      greatest = Math.max(greatest, Math.abs(logprob - other.logprob));
    }
  });
  return greatest;
}
