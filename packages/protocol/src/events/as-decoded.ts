import type { ProtocolEvent } from './event.js';
import type { InstructionLayout } from './layout.js';
import type { ProgramName } from './names.js';
import { allLayouts } from './programs.js';

const nameOf = (program: string, instruction: string, form: string): string =>
  `${program} ${instruction} ${form}`;

const PROGRAMS: readonly ProgramName[] = ['jobs', 'nodes', 'staking', 'rewards'];

type Roles = Pick<InstructionLayout, 'roles' | 'createdOnMatch'>;

/** Forms of one name differ in bytes and accounts, not in roles. */
const BY_NAME: ReadonlyMap<string, Roles> = new Map(
  PROGRAMS.flatMap((program) =>
    allLayouts(program).map((layout) => [nameOf(program, layout.name, layout.form), layout] as const),
  ),
);

/**
 * An event of a fold as decoding gave it: whom it concerns by its own accounts alone, without what followed from the
 * state. Whether an account was created, which only the transaction tells, shows in the event: then it has that role.
 */
export function asDecoded(event: ProtocolEvent): ProtocolEvent {
  const layout = BY_NAME.get(nameOf(event.program, event.instruction, event.form));
  const roles = layout?.roles ?? {};
  const role = (part: keyof typeof roles): ProtocolEvent['market'] => {
    const name = roles[part];
    if (name === undefined || (name === layout?.createdOnMatch && event[part] === null)) return null;
    return event.accounts[name] ?? null;
  };
  return {
    ...event,
    market: role('market'),
    job: role('job'),
    run: role('run'),
    node: role('node'),
    project: role('project'),
  };
}
