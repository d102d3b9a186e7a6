import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransactionFormatError } from '../src/chain/format-error.js';
import { normalizeRpcTransaction } from '../src/chain/normalize.js';
import type { ChainTransaction } from '../src/chain/transaction.js';
import { addr } from './support/addresses.js';
import { anyMoves, play } from './support/moves.js';
import { toRpc } from './support/rpc.js';
import { createWorld } from './support/world.js';

function finished(): ChainTransaction {
  const world = createWorld();
  world.open('market');
  world.list('job', { market: 'market', by: 'alice', timeout: 100n });
  world.work('node', 'market');
  world.wait(7n);
  world.together(() => world.finish('job'), true);
  const tx = world.history.at(-1);
  if (!tx) throw new Error('the world is empty');
  return tx;
}

const byAccount = ({ tokenBalances, ...rest }: ChainTransaction) => ({
  ...rest,
  tokenBalances: tokenBalances.toSorted((left, right) => (left.account < right.account ? -1 : 1)),
});

const errorOf = (json: unknown, index = 0): TransactionFormatError => {
  try {
    normalizeRpcTransaction(json, { index });
  } catch (error) {
    if (error instanceof TransactionFormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('normalizeRpcTransaction', () => {
  it('reads back every transaction of random histories', () => {
    fc.assert(
      fc.property(anyMoves(30), (moves) => {
        const world = createWorld();
        play(world, moves, true);
        for (const tx of world.history) {
          expect(byAccount(normalizeRpcTransaction(toRpc(tx), { index: tx.index }))).toEqual(byAccount(tx));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('resolves accounts of look-up tables, writable ones first', () => {
    const tx = finished();
    const json = toRpc(tx, [addr('market'), addr('job')]);
    expect(json.version).toBe(0);
    expect(byAccount(normalizeRpcTransaction(json, { index: tx.index }))).toEqual(byAccount(tx));
  });

  it('takes slot and time from the block for entries of getBlock', () => {
    const tx = finished();
    const { slot: _, blockTime: __, ...entry } = toRpc(tx);
    const place = { index: 5, slot: 123n, blockTime: 99n };
    expect(normalizeRpcTransaction(entry, place)).toMatchObject(place);
    expect(normalizeRpcTransaction(entry, { ...place, blockTime: null }).blockTime).toBeNull();
  });

  it('reads integers that a client parsed to bigint, also inside errors', () => {
    const json = toRpc(finished());
    const wide = {
      ...json,
      slot: 7n,
      meta: { ...json.meta, fee: 5000n, err: { InstructionError: [0n, { Custom: 6001n }] } },
    };
    expect(normalizeRpcTransaction(wide, { index: 0 })).toMatchObject({
      slot: 7n,
      fee: 5000n,
      error: '{"InstructionError":[0,{"Custom":6001}]}',
    });
  });

  it('leaves stack heights unknown where old history lacks them', () => {
    const json = toRpc(finished());
    for (const group of json.meta.innerInstructions) {
      for (const instruction of group.instructions) Object.assign(instruction, { stackHeight: null });
    }
    const heights = normalizeRpcTransaction(json, { index: 0 }).instructions.map(
      ({ stackHeight }) => stackHeight,
    );
    expect(heights).toEqual([1, 0, 0, 0]);
  });

  it('says when the node kept no metadata', () => {
    expect(errorOf({ ...toRpc(finished()), meta: null })).toMatchObject({
      code: 'missing_meta',
      path: 'meta',
    });
  });

  it('refuses versions that it does not know', () => {
    expect(errorOf({ ...toRpc(finished()), version: 1 })).toMatchObject({ code: 'unsupported_version' });
  });

  it.each([
    ['an index that positions cannot hold', toRpc(finished()), 1_000_000],
    ['null', null, 0],
    ['a list', [], 0],
    ['base64 encoding', { ...toRpc(finished()), transaction: ['AAAA', 'base64'] }, 0],
    ['a slot beyond positions', { ...toRpc(finished()), slot: 10 ** 12 }, 0],
    [
      'no signature',
      { ...toRpc(finished()), transaction: { ...toRpc(finished()).transaction, signatures: [] } },
      0,
    ],
  ])('refuses %s as malformed', (_, json, index) => {
    expect(errorOf(json, index)).toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('expected'),
    });
  });

  it('answers any damage with its own error and nothing else', () => {
    const text = JSON.stringify(toRpc(finished(), [addr('market')]));
    /** The answer with its n-th value replaced, and how many values it has. */
    const damage = (target: number, junk: unknown): { answer: unknown; values: number } => {
      let values = 0;
      const answer: unknown = JSON.parse(text, (_, value: unknown) => (values++ === target ? junk : value));
      return { answer, values };
    };
    const { values } = damage(-1, null);
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 1.5, 2 ** 60, 5n, 'x'.repeat(20_000), '', '0', undefined, [], {}),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.nat({ max: values - 1 }), junk, (target, value) => {
        try {
          normalizeRpcTransaction(damage(target, value).answer, { index: 0 });
        } catch (error) {
          refused += 1;
          expect(error).toBeInstanceOf(TransactionFormatError);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
