import { type Address, address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { advanceByLists } from '../src/source/cursor.js';
import { groupSlots } from '../src/source/slot-groups.js';
import {
  chunkBySlot,
  gatherSlots,
  type ListedEntry,
  placeByBlock,
  placeByLists,
} from '../src/source/slots.js';

const ADDRESSES = [
  address('nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR'),
  address('nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD'),
  address('nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE'),
];

/** A block's transactions in order, each with the addresses that it names, at least one. */
interface Block {
  readonly slot: bigint;
  readonly transactions: readonly { readonly signature: string; readonly names: readonly Address[] }[];
}

const anyBlocks: fc.Arbitrary<Block[]> = fc
  .array(fc.array(fc.subarray(ADDRESSES, { minLength: 1 }), { minLength: 1, maxLength: 6 }), {
    maxLength: 12,
  })
  .map((blocks) =>
    blocks.map((block, at) => ({
      slot: BigInt(at * 2),
      transactions: block.map((names, order) => ({ signature: `${at}-${order}`, names })),
    })),
  );

/** What each address' list has of blocks, oldest first. */
const listsOf = (blocks: readonly Block[], told: boolean): ListedEntry[] =>
  ADDRESSES.flatMap((listed) =>
    blocks.flatMap(({ slot, transactions }) =>
      transactions.flatMap(({ signature, names }, order) =>
        names.includes(listed)
          ? [{ address: listed, signature, slot, transactionIndex: told ? order : null }]
          : [],
      ),
    ),
  );

describe('lists of several addresses', () => {
  it('become slots in order that hold every transaction once', () => {
    fc.assert(
      fc.property(anyBlocks, fc.boolean(), (blocks, told) => {
        const slots = gatherSlots(listsOf(blocks, told));
        expect(slots.map(({ slot, signatures }) => [slot, signatures.toSorted()])).toEqual(
          blocks.map(({ slot, transactions }) => [
            slot,
            transactions.map(({ signature }) => signature).toSorted(),
          ]),
        );
      }),
    );
  });

  it('mark how far they were seen: asked again from there, they show the mark and what is new', () => {
    fc.assert(
      fc.property(anyBlocks, fc.nat(12), (blocks, seen) => {
        const [before, after] = [blocks.slice(0, seen), blocks.slice(seen)];
        const cursor = advanceByLists(null, listsOf(before, false));
        expect(cursor?.slot).toBe(before.at(-1)?.slot);
        const all = listsOf(blocks, false);
        for (const address of ADDRESSES) {
          const list = all.filter((entry) => entry.address === address).map(({ signature }) => signature);
          const fresh = listsOf(after, false).filter((entry) => entry.address === address);
          const mark = cursor?.marks.get(address);
          const begin = mark?.previous === null ? 0 : list.indexOf(mark?.previous ?? '') + 1;
          const shown = list.slice(begin);
          expect(shown).toEqual([
            ...(mark === undefined ? [] : [mark.signature]),
            ...fresh.map(({ signature }) => signature),
          ]);
        }
        // However it is cut, what was seen is the same.
        expect(advanceByLists(cursor, listsOf(after, false))).toEqual(advanceByLists(null, all));
      }),
    );
  });

  it('are placed as the block has them: by the lists where these tell, else by the block, never otherwise', () => {
    let byBlock = 0;
    fc.assert(
      fc.property(anyBlocks, fc.boolean(), (blocks, told) => {
        gatherSlots(listsOf(blocks, told)).forEach((slot, at) => {
          const order = blocks[at]?.transactions.map(({ signature }) => signature) ?? [];
          const byLists = placeByLists(slot);
          if (told) expect(byLists).not.toBeNull();
          if (byLists === null) byBlock++;
          const placed = byLists ?? placeByBlock(slot, ['another', ...order]);
          expect(placed?.map(({ signature }) => signature)).toEqual(order);
          placed?.slice(1).forEach(({ index }, before) => {
            expect(index).toBeGreaterThan(placed[before]?.index ?? index);
          });
        });
      }),
    );
    expect(byBlock).toBeGreaterThan(0);
  });

  it('are not placed by a block that lacks one of them, nor by indexes that contradict each other', () => {
    const [first, second] = ADDRESSES;
    if (first === undefined || second === undefined) throw new Error('no addresses');
    const entry = (of: Address, signature: string, transactionIndex: number | null): ListedEntry => ({
      address: of,
      signature,
      slot: 1n,
      transactionIndex,
    });
    const placeOf = (...entries: ListedEntry[]) => gatherSlots(entries).map(placeByLists);
    const [slot] = gatherSlots([entry(first, 'a', null), entry(second, 'b', null)]);
    if (slot === undefined) throw new Error('no slot');
    expect(placeByBlock(slot, ['a'])).toBeNull();
    expect(placeOf(entry(first, 'a', 3), entry(second, 'b', 3))).toEqual([null]);
    expect(placeOf(entry(first, 'a', 3), entry(second, 'a', 4), entry(second, 'b', 5))).toEqual([
      [
        { signature: 'a', slot: 1n, index: 0 },
        { signature: 'b', slot: 1n, index: 1 },
      ],
    ]);
  });

  it('are grouped without splitting a slot, and one by one where they are not final', () => {
    fc.assert(
      fc.property(anyBlocks, fc.integer({ min: 1, max: 10 }), fc.nat(24), (blocks, batch, final) => {
        const slots = gatherSlots(listsOf(blocks, true));
        const finalizedSlot = BigInt(final);
        const groups = groupSlots(slots, { batch, finalizedSlot, endSlot: 99n, atTip: true });
        expect(groups.flatMap((group) => group.slots)).toEqual(slots);
        groups.forEach((group, order) => {
          const isLast = order === groups.length - 1;
          expect(group.atTip).toBe(isLast);
          expect(group.coveredSlot).toBe(isLast ? 99n : group.slots.at(-1)?.slot);
          if (group.slots.some(({ slot }) => slot > finalizedSlot)) expect(group.slots).toHaveLength(1);
        });
      }),
    );
  });
});

describe('a list cut into chunks', () => {
  it('never has a slot in two', () => {
    const entries = fc
      .array(fc.bigInt({ min: 0n, max: 20n }), { maxLength: 60 })
      .map((slots) => slots.toSorted((left, right) => Number(left - right)).map((slot) => ({ slot })));
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 10 }), (list, size) => {
        const chunks = [...chunkBySlot(list, size)];
        expect(chunks.flat()).toEqual(list);
        chunks.forEach((chunk, order) => {
          expect(chunk[0]?.slot).not.toBe(chunks[order - 1]?.at(-1)?.slot);
          if (order < chunks.length - 1) expect(chunk.length).toBeGreaterThanOrEqual(size);
        });
      }),
    );
  });
});
