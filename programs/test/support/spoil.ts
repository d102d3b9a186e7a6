import type { Instruction } from '@solana/kit';
import type { editor } from './expectations.js';
import type { FailingCase } from './failing.js';
import { createMarketplace, type Marketplace } from './marketplace.js';
import type { Situation } from './situations.js';

type Spoil = FailingCase['spoil'];

/** Puts the account that `choose` gives in place of the one named. */
export const replaceWith =
  (
    name: string,
    choose: (place: Marketplace) => Instruction['programAddress'] | Promise<Instruction['programAddress']>,
  ): Spoil =>
  async ({ instruction }, place, edit) =>
    edit.replace(instruction, name, await choose(place));

/** The vault of another market. */
export const otherVault = replaceWith(
  'vault',
  async (place) => (await createMarketplace(place.network)).vault,
);

/** Another market altogether, with its own vault. */
export const otherMarket: Spoil = async ({ instruction }, place, edit) => {
  const other = await createMarketplace(place.network);
  return edit.replace(edit.replace(instruction, 'market', other.market), 'vault', other.vault);
};

/** The same account with other bytes in it. */
export function patch(
  place: Marketplace,
  address: Instruction['programAddress'],
  offset: number,
  bytes: number[],
): void {
  const data = place.chain.dataOf(address);
  data.set(bytes, offset);
  place.chain.putAccount(address, place.chain.ownerOf(address), data);
}

/** Sets the job's state byte before the instruction is sent. */
export const withJobState =
  (state: number): Spoil =>
  ({ instruction, job }: Required<Situation>, place: Marketplace, _edit: ReturnType<typeof editor>) => {
    patch(place, job, 208, [state]);
    return instruction;
  };
