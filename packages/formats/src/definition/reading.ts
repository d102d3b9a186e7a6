import { z } from 'zod';

import { inferenceSpecOf } from '../inference/operation.js';
import type { OperationSpec } from '../inference/spec.js';
import type { FormatIssue } from '../issues.js';
import { exposureOf } from './exposure.js';
import { type ModelName, modelName } from './model-name.js';
import { type DefinitionResource, resourcesOf } from './resources.js';
import { validateDefinition } from './validate.js';
import { requiredVram } from './vram.js';

/** What a definition asks for, whether it is valid or not. */
export interface DefinitionReading {
  readonly valid: boolean;
  readonly errors: readonly FormatIssue[];
  readonly operations: number;
  readonly opTypes: readonly string[];
  readonly images: readonly string[];
  readonly model: ModelName | null;
  /** Of the first op that asks the worker image for inference. */
  readonly inference: OperationSpec | null;
  readonly resources: readonly DefinitionResource[];
  /** null: not even the ops can be told. */
  readonly gpu: boolean | null;
  /** GiB. */
  readonly requiredVram: number | null;
  readonly ports: readonly number[];
  /** It exposes something, so it runs until it is stopped; a batch does not. null: not even the ops can be told. */
  readonly service: boolean | null;
  /** Its ops are handed over in private. */
  readonly confidential: boolean;
  /** Ids of ops that start only when another one has passed a health check. */
  readonly awaiting: readonly string[];
  readonly trigger: string | null;
}

const MAX_OPS = 1_000;
const MAX_DEPENDENCIES = 100;
const MAX_TEXT = 500;

const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const Args = z.looseObject({
  image: lenient(z.string()),
  gpu: lenient(z.boolean()),
  expose: z.unknown().optional(),
  resources: z.unknown().optional(),
  cmd: z.unknown().optional(),
  env: z.unknown().optional(),
});

const Op = z.looseObject({
  type: lenient(z.string()),
  id: lenient(z.string()),
  args: lenient(Args),
  execution: lenient(z.looseObject({ depends_on: z.unknown().optional() })),
});
type Op = z.infer<typeof Op>;

/** What is looked for even in a definition that is not valid: it may be of another version. */
const AnyDefinition = z.looseObject({
  ops: z.array(Op).max(MAX_OPS),
  meta: z.unknown().optional(),
  global: lenient(
    z.looseObject({ gpu: lenient(z.boolean()), variables: lenient(z.record(z.string(), z.unknown())) }),
  ),
  logistics: z.unknown().optional(),
});

const cut = (text: string): string => text.slice(0, MAX_TEXT);
const distinct = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => (text === undefined ? [] : [cut(text)]))),
];

/** Reads a definition. Never throws: whoever wrote it, its address is on the chain. */
export function readDefinition(json: unknown): DefinitionReading {
  const checked = validateDefinition(json);
  const seen = AnyDefinition.safeParse(json).data;
  const ops = seen?.ops ?? [];
  const exposures = ops.map(({ args }) => exposureOf(args?.expose, seen?.global?.variables ?? {}));
  const resources = ops.flatMap(({ args }) => resourcesOf(args?.resources)).slice(0, 100);
  const trigger = z.looseObject({ trigger: z.string() }).safeParse(seen?.meta).data?.trigger;
  const inference = inferenceOf(checked);
  return {
    valid: checked.ok,
    errors: checked.ok
      ? []
      : checked.errors.map(({ path, message }) => ({ path: cut(path), message: cut(message) })),
    operations: ops.length,
    opTypes: distinct(ops.map(({ type }) => type)),
    images: distinct(ops.map(({ args }) => args?.image)),
    model: inference === null ? modelOf(ops) : { name: inference.model, source: 'spec' },
    inference,
    resources,
    gpu: seen === undefined ? null : ops.some(({ args }) => args?.gpu ?? seen.global?.gpu ?? false),
    requiredVram: requiredVram(
      seen?.meta,
      ops.map(({ args }) => args),
    ),
    ports: [...new Set(exposures.flatMap(({ ports }) => ports))].sort((a, b) => a - b).slice(0, 100),
    service: seen === undefined ? null : exposures.some(({ exposes }) => exposes),
    confidential: typeof seen?.logistics === 'object' && seen.logistics !== null,
    awaiting: awaitingOps(
      ops,
      ops.filter((_, index) => exposures[index]?.exposes),
    ),
    trigger: trigger === undefined ? null : cut(trigger),
  };
}

function inferenceOf(checked: ReturnType<typeof validateDefinition>): OperationSpec | null {
  for (const op of checked.ok ? checked.definition.ops : []) {
    const found = inferenceSpecOf(op);
    if (found?.ok) return found.spec;
  }
  return null;
}

function modelOf(ops: readonly Op[]): ModelName | null {
  for (const { args } of ops) {
    const found = args === undefined ? null : modelName(resourcesOf(args.resources), args);
    if (found !== null) return { ...found, name: cut(found.name) };
  }
  return null;
}

const textsIn = (list: unknown): string[] =>
  Array.isArray(list)
    ? list.slice(0, MAX_DEPENDENCIES).filter((entry): entry is string => typeof entry === 'string')
    : [];

/** Ops that depend on an exposed one, also through others. */
function awaitingOps(ops: readonly Op[], exposed: readonly Op[]): string[] {
  const dependents = new Map<string, string[]>();
  for (const { id, execution } of ops) {
    if (id === undefined) continue;
    for (const dependency of textsIn(execution?.depends_on)) {
      const known = dependents.get(dependency);
      if (known === undefined) dependents.set(dependency, [id]);
      else known.push(id);
    }
  }
  const found = new Set<string>();
  const queue = exposed.flatMap(({ id }) => id ?? []);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const dependent of dependents.get(id) ?? []) {
      if (found.has(dependent)) continue;
      found.add(dependent);
      queue.push(dependent);
    }
  }
  return [...found].map(cut);
}
