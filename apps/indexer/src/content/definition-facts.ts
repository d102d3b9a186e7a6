import type { RowOf, TABLES } from '@inferscan/db';
import { inferenceSpecOf, validateDefinition } from '@inferscan/formats';
import { z } from 'zod';

/** What is looked for in a definition even where it is not valid: it may be of another version. */
const AnyDefinition = z.looseObject({
  ops: z
    .array(
      z.looseObject({
        type: z.string().optional().catch(undefined),
        args: z
          .looseObject({
            image: z.string().optional().catch(undefined),
            gpu: z.boolean().optional().catch(undefined),
          })
          .optional()
          .catch(undefined),
      }),
    )
    .max(1_000),
  meta: z
    .looseObject({ trigger: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const MAX_TEXT = 500;
const cut = (text: string): string => text.slice(0, MAX_TEXT);
const distinct = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => (text === undefined ? [] : [cut(text)]))),
];

/** Facts of a definition in columns. Never throws: whoever wrote it, it is on the chain. */
export function definitionFacts(cid: string, json: unknown): RowOf<typeof TABLES.definitionFacts> {
  const checked = validateDefinition(json);
  const seen = AnyDefinition.safeParse(json);
  const ops = seen.success ? seen.data.ops : [];
  return {
    cid,
    valid: checked.ok,
    errors: checked.ok
      ? []
      : checked.errors.map(({ path, message }) => ({ path: cut(path), message: cut(message) })),
    op_types: distinct(ops.map(({ type }) => type)),
    images: distinct(ops.map(({ args }) => args?.image)),
    ...inferenceFacts(checked),
    gpu: seen.success ? ops.some(({ args }) => args?.gpu === true) : null,
    trigger: seen.success && seen.data.meta?.trigger !== undefined ? cut(seen.data.meta.trigger) : null,
  };
}

/** Of the first op that asks for inference. */
function inferenceFacts(checked: ReturnType<typeof validateDefinition>) {
  for (const op of checked.ok ? checked.definition.ops : []) {
    const found = inferenceSpecOf(op);
    if (found?.ok !== true) continue;
    const { spec } = found;
    return {
      model: spec.model,
      task: spec.task,
      reasoning: spec.task === 'text-generation' ? (spec.params?.reasoning ?? false) : null,
      precision: spec.precision ?? null,
      // Inputs named by CID are not counted: they are another document.
      prompts: Array.isArray(spec.inputs) ? spec.inputs.length : null,
    };
  }
  return { model: null, task: null, reasoning: null, precision: null, prompts: null };
}
