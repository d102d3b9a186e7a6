import type * as ort from 'onnxruntime-node';
import type { z } from 'zod';

/** Reads the files of one model folder, each checked. */
export interface ModelFiles {
  /** @throws InferenceError bad_model, naming the file and the wrong fields */
  json<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T>>;
  has(file: string): boolean;
}

export type Feeds = Readonly<Record<string, ort.Tensor>>;

/** What a graph must have; other inputs are refused, other outputs ignored. */
export interface GraphShape {
  readonly inputs: readonly string[];
  /** Fed only where the graph has them. */
  readonly optionalInputs?: readonly string[];
  readonly outputs: readonly string[];
}

/** A model's weights during one request. */
export interface Graph {
  /**
   * One step: feeds what the graph has of the inputs and gives the outputs that the task named.
   * @throws InferenceError cancelled, before the step, when the request was cancelled or ran out of time
   */
  step(feeds: Feeds): Promise<(name: string) => Values>;
}

export interface Values {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export type Runner<Inputs, Output> = (inputs: Inputs, graph: Graph, seed: number) => Promise<Output>;

/**
 * One kind of work: how its models' folders are read, what it takes, and how it runs. A new one is a file with
 * such a value and a line in the registry.
 */
export interface TaskDefinition<Spec, Schema extends z.ZodType, Output> {
  /** Tells by the class name in config.json's `architectures` that a model is for this task. */
  readonly architecture: RegExp;
  /** What a request's `inputs` may be. */
  readonly inputs: Schema;
  /** Reads what the task needs besides weights; it is posted to another thread, so plain data only. */
  read(files: ModelFiles): Promise<Spec>;
  graph(spec: Spec): GraphShape;
  /** Called once for a loaded model, in the thread that runs it. */
  prepare(spec: Spec): Runner<z.output<Schema>, Output>;
}

/** A task whose models' data only the task itself knows. */
export interface Task<Schema extends z.ZodType, Output> {
  readonly architecture: RegExp;
  readonly inputs: Schema;
  read(files: ModelFiles): Promise<unknown>;
  graph(spec: unknown): GraphShape;
  prepare(spec: unknown): Runner<z.output<Schema>, Output>;
}

/** The registry holds tasks of all kinds; each is given back only the specs that it read itself. */
export function defineTask<Spec, Schema extends z.ZodType, Output>(
  definition: TaskDefinition<Spec, Schema, Output>,
): Task<Schema, Output> {
  return {
    architecture: definition.architecture,
    inputs: definition.inputs,
    read: (files) => definition.read(files),
    graph: (spec) => definition.graph(spec as Spec),
    prepare: (spec) => definition.prepare(spec as Spec),
  };
}
