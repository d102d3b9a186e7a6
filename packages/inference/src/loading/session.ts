import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';

/**
 * Opens a graph on the CPU. Libraries of custom operators are never registered.
 * @param threads threads within one operator
 * @param graph a graph that was made from the one at the path
 * @throws InferenceError bad_model when the runtime refuses the file
 */
export async function openSession(
  onnxPath: string,
  threads: number,
  graph?: Uint8Array,
): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  try {
    return graph === undefined
      ? await ort.InferenceSession.create(onnxPath, options)
      : await ort.InferenceSession.create(graph, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `${onnxPath}: ${reason}`);
  }
}

export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}
