import type { Instruction } from '@solana/kit';
import { beforeAll, describe, it } from 'vitest';
import { editor, expectError, expectTokens, type Origin, type ProgramError } from './expectations.js';
import {
  createMarketplace,
  createNetwork,
  type Marketplace,
  type MarketTerms,
  type Network,
} from './marketplace.js';
import { INSTRUCTIONS, type InstructionName, type Situation } from './situations.js';

export interface FailingCase {
  readonly of: InstructionName;
  /** What is wrong, in words. */
  readonly because: string;
  readonly terms?: Partial<MarketTerms>;
  /** Makes the prepared instruction, or its surroundings, wrong in one way. */
  readonly spoil: (
    situation: Required<Situation>,
    place: Marketplace,
    edit: ReturnType<typeof editor>,
  ) => Instruction | Promise<Instruction>;
  readonly error: ProgramError | undefined;
  readonly from: Origin;
}

/** Account names in logs are those of the program, not of the generated client. */
export const wireName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** One test for each case: it fails with its error and moves no tokens. */
export function describeFailures(title: string, cases: readonly FailingCase[]): void {
  describe(title, () => {
    let network: Network;
    beforeAll(async () => {
      network = await createNetwork();
    });
    for (const { of, because, terms, spoil, error, from } of cases) {
      it(`${of}: ${because} -> ${error?.number} ${error?.name}`, async () => {
        const place = await createMarketplace(network, terms);
        const situation = await INSTRUCTIONS[of].prepare(place);
        const absent = network.addresses.next();
        const spoiled = await spoil(
          { job: absent, run: absent, ...situation },
          place,
          editor(INSTRUCTIONS[of].accounts),
        );
        const outcome = expectTokens(place, {}, () => place.send(spoiled));
        expectError(outcome, error, from);
      });
    }
  });
}
