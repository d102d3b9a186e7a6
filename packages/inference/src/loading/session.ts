import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';

/**
 * Opens a graph on the CPU. Libraries of custom operators are never registered.
 * @param threads threads within one operator
 * @throws InferenceError bad_model when the runtime refuses the file
 */
export async function openSession(onnxPath: string, threads: number): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(onnxPath, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `${onnxPath}: ${reason}`);
  }
}

export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}
