import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM, TOKEN } from './support/addresses.js';
import type { InnerCall } from './support/chain.js';
import { createMarketplace, createNetwork, type Network } from './support/marketplace.js';
import { listed, running } from './support/situations.js';

/** Indexers read money and matches from inner instructions: which calls are made, in which order, is wire format. */
let network: Network;
beforeAll(async () => {
  network = await createNetwork();
});
const signer = () => network.addresses.signer();

function described({ program, accounts, data }: InnerCall): string {
  const bytes = Buffer.from(data);
  const [first, second] = accounts;
  if (program === TOKEN && bytes[0] === 3)
    return `transfer ${bytes.readBigUInt64LE(1)} ${first} -> ${second}`;
  if (program === TOKEN && bytes[0] === 9) return `close ${first}`;
  if (program === TOKEN && bytes[0] === 18) return `initialize ${first}`;
  if (program === SYSTEM && bytes.readUInt32LE() === 0)
    return `create ${second}, ${bytes.readBigUInt64LE(12)} bytes`;
  return `something else of ${program}`;
}

describe('calls of other programs', () => {
  it('list: the job, then the run of a node that waits, then the deposit', async () => {
    const place = await createMarketplace(network);
    place.succeed(await place.build.work(signer()));
    const [job, run] = [signer(), signer()];
    expect(place.succeed(place.build.list(job, run)).inner().map(described)).toEqual([
      `create ${job.address}, 240 bytes`,
      `create ${run.address}, 120 bytes`,
      `transfer 360000 ${place.payer.nos} -> ${place.vault}`,
    ]);
  });

  it.each(['finish', 'end'] as const)(
    '%s: the payment, then the refund, also where one is nothing',
    async (name) => {
      for (const [seconds, paid] of [
        [10n, 1_000n],
        [0n, 0n],
        [3_600n, 360_000n],
      ] as const) {
        const place = await createMarketplace(network);
        const { job, run } = await running(place);
        place.chain.setNow(place.chain.now() + seconds);
        expect(place.succeed(place.build[name](job, run)).inner().map(described)).toEqual([
          `transfer ${paid} ${place.vault} -> ${place.node.nos}`,
          `transfer ${360_000n - paid} ${place.vault} -> ${place.payer.nos}`,
        ]);
      }
    },
  );

  it('open: market, vault, and the vault as a token account', async () => {
    const place = await createMarketplace(network);
    place.succeed(place.build.closeAdmin());
    expect(place.succeed(place.build.open()).inner().map(described)).toEqual([
      `create ${place.market}, 10224 bytes`,
      `create ${place.vault}, 165 bytes`,
      `initialize ${place.vault}`,
    ]);
  });

  it('close: the rest of the vault, then the vault', async () => {
    const place = await createMarketplace(network);
    listed(place, 1n);
    expect(place.succeed(place.build.closeAdmin(place.stranger.nos)).inner().map(described)).toEqual([
      `transfer 100 ${place.vault} -> ${place.stranger.nos}`,
      `close ${place.vault}`,
    ]);
  });

  it('a free job moves no tokens, not even none', async () => {
    const place = await createMarketplace(network, { jobPrice: 0n });
    const { job, run } = await running(place);
    expect(place.succeed(place.build.finish(job, run)).inner()).toEqual([]);
  });
});
