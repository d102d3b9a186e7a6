import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { Call } from '../server/jsonrpc.js';
import type { ControlContext } from './method.js';
import { advanceClock } from './methods/advance-clock.js';
import { fork } from './methods/fork.js';
import { pause } from './methods/pause.js';
import { restore } from './methods/restore.js';
import { resume } from './methods/resume.js';
import { setAccount } from './methods/set-account.js';
import { setFaults } from './methods/set-faults.js';
import { skipSlots } from './methods/skip-slots.js';
import { snapshot } from './methods/snapshot.js';
import { status } from './methods/status.js';
import { step } from './methods/step.js';

const METHODS = new Map(
  [advanceClock, fork, pause, restore, resume, setAccount, setFaults, skipSlots, snapshot, status, step].map(
    (method) => [method.name, method],
  ),
);

/** Tells whether a method belongs to the control API. */
export const isControlMethod = (name: string): boolean => name.startsWith('localnet_');

/** Creates the control API. */
export function createControl(context: Omit<ControlContext, 'snapshots'>): Call {
  const whole: ControlContext = { ...context, snapshots: new Map() };
  return (name, params) => {
    const method = METHODS.get(name);
    if (method === undefined) throw new RpcError(RPC_CODES.methodNotFound, 'Method not found');
    return method.call(whole, params);
  };
}
