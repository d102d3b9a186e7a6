import type { NodeRegistrationRecord } from './program-records.js';
import { accountOf, argOf, report, type Step } from './step.js';

function save({ event, state, changes }: Step, record: NodeRegistrationRecord): void {
  const saved = { ...record, updatedAt: event.blockTime, updatedPosition: event.position };
  state.nodeRegistrations.set(saved.address, saved);
  changes.nodeRegistrations.set(saved.address, saved);
}

type Description = Pick<
  NodeRegistrationRecord,
  'architecture' | 'country' | 'cpu' | 'gpu' | 'memory' | 'iops' | 'storage' | 'endpoint' | 'icon' | 'version'
>;

function description({ event }: Step): Description {
  const number = (name: string) => Number(argOf(event, name));
  return {
    architecture: number('architecture'),
    country: number('country'),
    cpu: number('cpu'),
    gpu: number('gpu'),
    memory: number('memory'),
    iops: number('iops'),
    storage: number('storage'),
    endpoint: argOf(event, 'endpoint'),
    // In the program's first days the icon was an account.
    icon: event.args.icon ?? accountOf(event, 'icon'),
    version: argOf(event, 'version'),
  };
}

function register(step: Step): void {
  const { event, state } = step;
  const address = accountOf(event, 'node');
  if (state.nodeRegistrations.has(address)) report(step, `node account ${address} is registered again`);
  save(step, {
    address,
    node: accountOf(event, 'authority'),
    audited: false,
    ...description(step),
    registeredAt: event.blockTime,
    registeredPosition: event.position,
    updatedAt: event.blockTime,
    updatedPosition: event.position,
  });
}

function update(step: Step): void {
  const { event, state } = step;
  const address = accountOf(event, 'node');
  const known = state.nodeRegistrations.get(address);
  if (!known) report(step, `node account ${address} is not known: its history before this is missing`);
  save(step, {
    address,
    node: accountOf(event, 'authority'),
    audited: known ? known.audited : null,
    registeredAt: known?.registeredAt ?? null,
    registeredPosition: known?.registeredPosition ?? null,
    updatedAt: event.blockTime,
    updatedPosition: event.position,
    ...description(step),
  });
}

function audit(step: Step): void {
  const { event, state } = step;
  const address = accountOf(event, 'node');
  const known = state.nodeRegistrations.get(address);
  if (known) save(step, { ...known, audited: argOf(event, 'audited') === 'true' });
  else report(step, `node account ${address} is not known: its history before this is missing`);
}

/** What each instruction of the nodes program does. */
export const NODES_HANDLERS: Readonly<Record<string, (step: Step) => void>> = { register, update, audit };
