import type { RowOf, TABLES } from '@inferscan/db';
import { isServing, type OperationSpec, readDefinition } from '@inferscan/formats';

/** Facts of a definition in columns. Never throws: whoever wrote it, it is on the chain. */
export function definitionFacts(cid: string, json: unknown): RowOf<typeof TABLES.definitionFacts> {
  const read = readDefinition(json);
  return {
    cid,
    valid: read.valid,
    errors: read.errors,
    operations: read.operations,
    op_types: read.opTypes,
    images: read.images,
    model: read.model?.name ?? null,
    model_source: read.model?.source ?? null,
    ...inferenceFacts(read.inference),
    gpu: read.gpu,
    required_vram_gb: read.requiredVram,
    resources: read.resources,
    ports: read.ports,
    service: read.service,
    confidential: read.confidential,
    awaiting: read.awaiting,
    trigger: read.trigger,
  };
}

function inferenceFacts(spec: OperationSpec | null) {
  if (spec === null) return { task: null, reasoning: null, precision: null, prompts: null };
  if (isServing(spec)) {
    // Whoever calls the endpoint sends prompts, and says how they are to be answered.
    return { task: spec.task, reasoning: null, precision: spec.precision ?? null, prompts: null };
  }
  return {
    task: spec.task,
    reasoning: spec.task === 'text-generation' ? (spec.params?.reasoning ?? false) : null,
    precision: spec.precision ?? null,
    // Inputs named by CID are not counted: they are another document.
    prompts: Array.isArray(spec.inputs) ? spec.inputs.length : null,
  };
}
