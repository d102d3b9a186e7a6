import { inferenceSpecOf, validateDefinition } from '@inferscan/formats';

/** What an inference op of a definition asks for, where it can be read. */
export interface OpAsk {
  op: string;
  model: string;
  /** null where the inputs lie behind a CID. */
  prompts: string[] | null;
}

/** The prompts of a definition; none where it is not valid or asks for no inference. */
export function asksOf(definition: unknown): OpAsk[] {
  const checked = validateDefinition(definition);
  if (!checked.ok) return [];
  return checked.definition.ops.flatMap((op) => {
    const spec = inferenceSpecOf(op);
    if (spec === null || !spec.ok) return [];
    const { inputs } = spec.spec;
    const prompts = Array.isArray(inputs)
      ? inputs.map((input) => (typeof input === 'string' ? input : JSON.stringify(input)))
      : null;
    return [{ op: op.id, model: spec.spec.model, prompts }];
  });
}
