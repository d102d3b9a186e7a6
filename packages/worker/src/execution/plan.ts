import type { JobDefinition, JobOperation } from '@inferscan/formats';

/** An op and what it has to do with others of its group. */
export interface PlannedOperation {
  readonly op: JobOperation;
  /** Place in the definition. */
  readonly index: number;
  /** Ops that must be ready before this one begins: begun, or healthy where they expose something. */
  readonly waitsFor: readonly string[];
  /** Ops that use this one, and for which it must have begun before they do. */
  readonly servers: readonly string[];
  /** Ops after whose end this one is stopped. */
  readonly serves: readonly string[];
}

/** Ops that run side by side; groups run one after another. */
export type PlannedGroup = readonly PlannedOperation[];

export type Plan = { ok: true; groups: readonly PlannedGroup[] } | { ok: false; message: string };

/** The group an op belongs to: its own unless it names one. */
export function groupOf(op: JobOperation): string {
  return op.execution?.group ?? op.id;
}

/**
 * Groups in the order in which they appear. In an op with `stop_if_dependent_stops`, `depends_on` names those that it serves:
 * they wait for it, and it ends with them; in any other op it names those that the op itself waits for.
 */
export function planOperations(definition: JobDefinition): Plan {
  const groups = new Map<string, JobOperation[]>();
  for (const op of definition.ops) {
    const group = groups.get(groupOf(op));
    if (group) group.push(op);
    else groups.set(groupOf(op), [op]);
  }
  const planned: PlannedGroup[] = [];
  for (const [name, members] of groups) {
    const wrong = strangerIn(name, members);
    if (wrong !== null) return { ok: false, message: wrong };
    const group = members.map((op) => ({
      op,
      index: definition.ops.indexOf(op),
      waitsFor: isServer(op) ? [] : dependenciesOf(op),
      servers: members
        .filter((other) => isServer(other) && dependenciesOf(other).includes(op.id))
        .map(({ id }) => id),
      serves: isServer(op) ? dependenciesOf(op) : [],
    }));
    const stuck = waitingForEachOther(group);
    if (stuck.length > 0) {
      return { ok: false, message: `operations ${stuck.join(', ')} wait for each other` };
    }
    planned.push(group);
  }
  return { ok: true, groups: planned };
}

const dependenciesOf = (op: JobOperation): readonly string[] => op.execution?.depends_on ?? [];
const isServer = (op: JobOperation): boolean => op.execution?.stop_if_dependent_stops === true;

function strangerIn(group: string, members: readonly JobOperation[]): string | null {
  const ids = new Set<string>(members.map((op) => op.id));
  for (const op of members) {
    const stranger = dependenciesOf(op).find((id) => !ids.has(id));
    if (stranger !== undefined) {
      return `operation ${op.id} depends on ${stranger}, which is not in its group ${group}`;
    }
  }
  return null;
}

function waitingForEachOther(group: PlannedGroup): string[] {
  const begun = new Set<string>();
  let rest = [...group];
  for (;;) {
    const ready = rest.filter(({ waitsFor, servers }) =>
      [...waitsFor, ...servers].every((id) => begun.has(id)),
    );
    if (ready.length === 0) return rest.map(({ op }) => op.id);
    for (const { op } of ready) begun.add(op.id);
    rest = rest.filter(({ op }) => !begun.has(op.id));
  }
}
