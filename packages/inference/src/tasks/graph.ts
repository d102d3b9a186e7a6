import * as ort from 'onnxruntime-node';
import { InferenceError } from '../errors.js';
import type { Feeds, Graph, GraphShape, Values } from './task.js';

/** @throws InferenceError bad_model when the graph lacks inputs or outputs, or has inputs that nobody feeds */
export function requireShape(path: string, session: ort.InferenceSession, shape: GraphShape): void {
  const fed = [...shape.inputs, ...(shape.optionalInputs ?? [])];
  const problems = [
    ...shape.inputs.filter((name) => !session.inputNames.includes(name)).map((name) => `lacks input ${name}`),
    ...session.inputNames
      .filter((name) => !fed.includes(name))
      .map((name) => `has the unknown input ${name}`),
    ...shape.outputs
      .filter((name) => !session.outputNames.includes(name))
      .map((name) => `lacks output ${name}`),
  ];
  if (problems.length === 0) return;
  throw new InferenceError('bad_model', `${path}: the graph ${problems.join(' and ')}`);
}

export interface MeteredGraph extends Graph {
  readonly steps: number;
}

/**
 * A session during one request.
 * @param path names the graph in errors
 * @param stopped asked before every step
 */
export function createGraph(
  path: string,
  session: ort.InferenceSession,
  stopped: () => boolean,
): MeteredGraph {
  async function run(feeds: Feeds): Promise<ort.InferenceSession.ReturnType> {
    try {
      return await session.run(knownTo(session, feeds));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InferenceError('bad_model', `${path}: the graph does not run (${reason})`);
    }
  }

  let steps = 0;
  return {
    get steps() {
      return steps;
    },
    async step(feeds) {
      if (stopped()) throw new InferenceError('cancelled', 'the request was cancelled');
      steps++;
      const outputs = await run(feeds);
      return (name) => valuesOf(outputs, name);
    },
  };
}

function knownTo(session: ort.InferenceSession, feeds: Feeds): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)));
}

function valuesOf(outputs: ort.InferenceSession.ReturnType, name: string): Values {
  const value = outputs[name];
  if (value instanceof ort.Tensor && value.data instanceof Float32Array) {
    return { dims: value.dims, data: value.data };
  }
  throw new InferenceError('bad_model', `output ${name} is not a tensor of float32`);
}
