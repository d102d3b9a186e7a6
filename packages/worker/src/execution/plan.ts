import type { JobDefinition, JobOperation } from '@inferscan/formats';

export type Plan = { ok: true; order: readonly JobOperation[] } | { ok: false; message: string };

/** The group an op belongs to: its own unless it names one. */
export function groupOf(op: JobOperation): string {
  return op.execution?.group ?? op.id;
}

/**
 * The order in which ops run one after another: groups as they appear, within a group each op after those it depends on.
 */
export function planOperations(definition: JobDefinition): Plan {
  const groups = new Map<string, JobOperation[]>();
  for (const op of definition.ops) {
    const group = groups.get(groupOf(op));
    if (group) group.push(op);
    else groups.set(groupOf(op), [op]);
  }
  const order: JobOperation[] = [];
  for (const [group, members] of groups) {
    const ids = new Set<string>(members.map((op) => op.id));
    for (const op of members) {
      const stranger = op.execution?.depends_on?.find((id) => !ids.has(id));
      if (stranger !== undefined) {
        return {
          ok: false,
          message: `operation ${op.id} depends on ${stranger}, which is not in its group ${group}`,
        };
      }
    }
    const done = new Set<string>();
    let rest = members;
    while (rest.length > 0) {
      const ready = rest.filter((op) => (op.execution?.depends_on ?? []).every((id) => done.has(id)));
      if (ready.length === 0) {
        return { ok: false, message: `operations ${rest.map((op) => op.id).join(', ')} wait for each other` };
      }
      for (const op of ready) done.add(op.id);
      order.push(...ready);
      rest = rest.filter((op) => !done.has(op.id));
    }
  }
  return { ok: true, order };
}
