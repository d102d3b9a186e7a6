import * as ort from 'onnxruntime-node';
import type { Runtime } from '../contract.js';
import { InferenceError } from '../errors.js';

/** Where a graph runs. */
export interface Placement {
  /** Within one operator, on the processor. */
  readonly threads: number;
  /** An execution provider of ONNX Runtime; operators that it lacks run on the processor. */
  readonly provider: string;
}

export const onProcessor = (threads: number): Placement => ({ threads, provider: 'cpu' });

/**
 * Opens a graph. Libraries of custom operators are never registered.
 * @param graph a graph that was made from the one at the path
 * @throws InferenceError bad_model when the runtime refuses the file, or the provider does
 */
export async function openSession(
  onnxPath: string,
  { threads, provider }: Placement,
  graph?: Uint8Array,
): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  try {
    return graph === undefined
      ? await ort.InferenceSession.create(onnxPath, options)
      : await ort.InferenceSession.create(graph, options);
  } catch (error) {
    const where = provider === 'cpu' ? onnxPath : `${onnxPath} on ${provider}`;
    throw new InferenceError('bad_model', `${where}: ${reasonOf(error)}`);
  }
}

/** What ran, as results say it. */
export function runtimeOf({ threads, provider }: Placement): Runtime {
  const version = ort.env.versions.node ?? ort.env.versions.common;
  return { name: 'onnxruntime-node', version, provider, threads };
}

/** Without the place in the runtime's own sources that some messages begin with. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\S+\.(?:cc|h):\d+ .*? was false\. /, '').trim();
}
