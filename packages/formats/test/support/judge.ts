import { type Attribution, attributeFault, type ChainFacts, type FaultContext } from '../../src/index.js';
import { definition } from './flows.js';

/** A flow state, what the chain and the definition say beside it, and the `outcome fault code` that follows. */
export type FlowRow = [
  name: string,
  chain: ChainFacts,
  json: unknown,
  expected: string,
  context?: FaultContext,
];

export const NO_RESULT = { state: 'none' } as const;

/** The end of a valid batch job with this result. */
export const judge = (chain: ChainFacts, json: unknown, context = definition()): Attribution =>
  attributeFault(chain, { state: 'read', json }, context);

export const shown = ({ outcome, fault, code }: Attribution): string => `${outcome} ${fault} ${code}`;
