import { expect } from 'vitest';
import { startTestNet, type TestNet } from '../support.js';

/** The release whose answers are expected. */
const API_VERSION = '3.0.0';

/** A localnet whose slots close only when a test says so: whole answers can be compared. */
export interface StillNet extends TestNet {
  /** Calls a method of the control API. */
  control<T = unknown>(name: string, ...params: unknown[]): Promise<T>;
  /** Closes slots. */
  step(count?: number): Promise<void>;
  /** The newest slot at a commitment. */
  slot(commitment: 'processed' | 'confirmed' | 'finalized'): Promise<number>;
  /** The context of an answer at a commitment. */
  context(commitment?: 'processed' | 'confirmed' | 'finalized'): Promise<object>;
  /** The result of a call that must succeed; its fields must come in the order of their names. */
  result(method: string, params?: unknown[]): Promise<unknown>;
  /** The error of a call that must fail. */
  error(method: string, params?: unknown[]): Promise<unknown>;
}

export async function startStillNet(options: { readonly dataDir?: string } = {}): Promise<StillNet> {
  const test = await startTestNet({ control: true, slotMs: 60_000, ...options });
  const control = async <T>(name: string, ...params: unknown[]): Promise<T> => {
    const { result, error } = await test.rpc(`localnet_${name}`, params);
    if (error !== undefined) throw new Error(`${name}: ${error.code} ${error.message}`);
    return result as T;
  };
  await control('pause');
  const slot: StillNet['slot'] = async (commitment) =>
    Number((await test.rpc('getSlot', [{ commitment }])).result);
  return {
    ...test,
    control,
    slot,
    async step(count = 1) {
      await control('step', count);
    },
    context: async (commitment = 'finalized') => ({ apiVersion: API_VERSION, slot: await slot(commitment) }),
    async result(method, params) {
      const answer = await test.rpc(method, params);
      expect(answer.error, `${method} ${JSON.stringify(params)}`).toBeUndefined();
      expectOrder(answer.result, method);
      return answer.result;
    },
    async error(method, params) {
      const answer = await test.rpc(method, params);
      expect(answer.result, `${method} ${JSON.stringify(params)}`).toBeUndefined();
      return answer.error;
    },
  };
}

/** Validators list the fields of every object by name. */
function expectOrder(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  if (!Array.isArray(value)) {
    const names = entries.map(([name]) => name);
    expect(names, where).toEqual([...names].sort());
  }
  for (const [name, field] of entries) expectOrder(field, `${where}.${name}`);
}
