import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';
import { bytesField, join, numberField } from '../graph/wire.js';
import { nodeField, valueInfo } from '../graph/write.js';
import { onProcessor, openSession, type Placement } from './session.js';

/** How graphs are to be run. */
export interface Running {
  /** Within one operator, on the processor. */
  readonly threads: number;
  /** Execution providers of ONNX Runtime, the preferred one first: each model runs on the first that takes it. */
  readonly providers: readonly string[];
}

/**
 * Of the providers asked for, those that work on this machine, in the same order.
 * @throws InferenceError bad_request for one that this build of the runtime does not know, or where none works
 */
export async function workingProviders(asked: readonly string[]): Promise<string[]> {
  const known = ort.listSupportedBackends();
  const unknown = asked.find((name) => !known.some((one) => one.name === name));
  if (unknown !== undefined) {
    const names = known.map(({ name, bundled }) => (bundled ? name : `${name} (where its libraries are)`));
    throw new InferenceError(
      'bad_request',
      `providers: this ONNX Runtime has no ${unknown}; it has ${names.join(', ')}`,
    );
  }
  const working: string[] = [];
  const problems: string[] = [];
  for (const provider of new Set(asked)) {
    const problem = provider === 'cpu' ? undefined : await problemOf(provider);
    if (problem === undefined) working.push(provider);
    else problems.push(problem);
  }
  if (working.length > 0) return working;
  throw new InferenceError(
    'bad_request',
    `providers: none of those asked for works on this machine, cpu would (${problems.join('; ')})`,
  );
}

/**
 * Opens a model on the first provider that takes it.
 * @throws InferenceError the refusals of all of them
 */
export async function onFirstThatTakesIt<T>(
  { threads, providers }: Running,
  open: (on: Placement) => Promise<T>,
): Promise<T> {
  const refusals: InferenceError[] = [];
  for (const provider of providers) {
    try {
      return await open({ threads, provider });
    } catch (error) {
      if (!(error instanceof InferenceError)) throw error;
      refusals.push(error);
    }
  }
  throw new InferenceError('bad_model', refusals.map(({ message }) => message).join('; '));
}

/** What hinders a provider from running the smallest graph there is. */
async function problemOf(provider: string): Promise<string | undefined> {
  try {
    const session = await openSession('1 + 1', { ...onProcessor(1), provider }, sum());
    try {
      const one = new ort.Tensor('float32', Float32Array.of(1), [1]);
      const { c } = await session.run({ a: one, b: one });
      return c?.data[0] === 2 ? undefined : `${provider} says that 1 + 1 is ${c?.data[0]}`;
    } finally {
      await session.release();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function sum(): Uint8Array {
  const [graph, name, input, output] = [7, 2, 11, 12];
  return join([
    numberField(1, 8),
    bytesField(graph, [
      nodeField({ type: 'Add', inputs: ['a', 'b'], outputs: ['c'] }),
      bytesField(name, 'sum'),
      bytesField(input, [valueInfo('a', 'float', [1])]),
      bytesField(input, [valueInfo('b', 'float', [1])]),
      bytesField(output, [valueInfo('c', 'float', [1])]),
    ]),
    bytesField(8, [bytesField(1, ''), numberField(2, 17)]),
  ]);
}
