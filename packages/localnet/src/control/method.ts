import type { z } from 'zod';
import type { Chain } from '../chain/chain.js';
import type { Clock } from '../chain/clock.js';
import type { Ticker } from '../chain/ticker.js';
import type { Faults } from '../faults/faults.js';
import { parseParams } from '../rpc/method.js';

/** What control methods work with. */
export interface ControlContext {
  readonly chain: Chain;
  readonly ticker: Ticker;
  readonly clock: Clock;
  readonly faults: Faults;
  /** The slot of each snapshot, and how many seconds the clock was ahead. */
  readonly snapshots: Map<number, { readonly slot: number; readonly ahead: number }>;
}

export interface ControlMethod {
  readonly name: string;
  /** @throws RpcError for whatever the caller did wrong. */
  call(context: ControlContext, params: unknown): unknown;
}

/** Defines a control method whose positional parameters are checked against `schema` before `handle` sees them. */
export function defineControl<S extends z.ZodType>(
  name: `localnet_${string}`,
  schema: S,
  handle: (context: ControlContext, params: z.output<S>) => unknown,
): ControlMethod {
  return { name, call: (context, params) => handle(context, parseParams(schema, params)) };
}
