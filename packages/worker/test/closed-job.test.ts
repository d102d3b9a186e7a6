import { readFile } from 'node:fs/promises';

import { inferenceDefinition } from '@inferscan/formats';
import { buildClean, networkConfig, TOKEN_PROGRAM } from '@inferscan/protocol';
import { FINISH_DISCRIMINATOR } from '@nosana/jobs-program';
import { AccountRole, address, getBase58Decoder } from '@solana/kit';
import { describe, expect, it } from 'vitest';

import { seenTransaction } from '../src/chain/history.js';
import { paymentIn } from '../src/chain/payment.js';
import { Earning } from '../src/state/earnings-file.js';
import { until } from './support/network.js';
import { PRICE, runningNodes } from './support/running-nodes.js';

const { network, start, queued, resultOf } = await runningNodes();

describe('a job whose account is closed before its pay is entered', () => {
  it('is entered from the transaction that paid for it, to the base unit', async () => {
    await network.changeMarket(network.market, { price: PRICE, jobExpiration: 0n });
    const node = await network.createNode();
    const running = await start(node);
    await queued(node);
    const before = await network.balance(node.signer.address);
    const posted = await network.post(
      inferenceDefinition({ model: 'arithmetic', task: 'text-generation', inputs: ['384*57'] }),
    );
    await resultOf(posted);
    await running.die();
    expect(await network.stateOf(node)).toMatchObject({ book: { jobs: 0 } });
    const { start: startedAt, end: endedAt } = await network.jobTimes(posted.job);
    const clean = await buildClean({
      network: network.network,
      market: network.market,
      job: posted.job,
      payer: network.poster.address,
    });
    // Anybody may name the run in a transaction, which then is its latest.
    const closing = {
      ...clean,
      accounts: [...(clean.accounts ?? []), { address: posted.run, role: AccountRole.READONLY }],
    };
    // Only a second after its end a job is old.
    await until('the account to be closed', async () => {
      await network.send(network.poster, [closing]).catch(() => undefined);
      return (await network.job(posted.job)) === null;
    });
    await until('that to be final', async () => (await network.finalJobs([posted.job])).jobs[0] === null);

    await start(node);
    const book = await until('the pay to be entered', async () => {
      const state = await network.stateOf(node);
      return state?.current === null && state.settling.length === 0 && state.book.jobs > 0 && state.book;
    });
    const earned = PRICE * (endedAt - startedAt);
    expect(book).toEqual({ jobs: 1, earned });
    expect((await network.balance(node.signer.address)) - before).toBe(earned);
    const list = await readFile(`${node.stateDir}/${node.signer.address}/earnings.jsonl`, 'utf8');
    expect(list.trimEnd().split('\n')).toHaveLength(1);
    expect(Earning.parse(JSON.parse(list))).toEqual({
      at: new Date(Number(endedAt) * 1000).toISOString(),
      job: posted.job,
      run: posted.run,
      market: network.market,
      seconds: Number(endedAt - startedAt),
      earned: String(earned),
    });
  });
});

describe('the pay in a transaction', () => {
  const config = networkConfig('localnet');
  const RUN = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');
  const keys = ['job', RUN, 'market', 'vault', 'deposit', 'user', config.jobsProgram, TOKEN_PROGRAM];
  const base58 = getBase58Decoder();
  const transfer = (to: number, amount: bigint, kind = 3) => {
    const data = new Uint8Array(9);
    data[0] = kind;
    new DataView(data.buffer).setBigUint64(1, amount, true);
    return { programIdIndex: 7, accounts: [3, to, 3], data: base58.decode(data) };
  };
  const seen = (accounts: number[], instructions: object[]) =>
    seenTransaction({
      meta: { err: null, innerInstructions: [{ index: 0, instructions }] },
      transaction: {
        message: {
          accountKeys: keys,
          instructions: [
            { programIdIndex: 6, accounts, data: base58.decode(Uint8Array.from(FINISH_DISCRIMINATOR)) },
          ],
        },
      },
    });

  it('is what goes to the node, not what goes back to the poster', () => {
    const transaction = seen([0, 1, 2, 3, 4, 5], [transfer(5, 700n), transfer(4, 300n), transfer(5, 9n, 4)]);
    expect(transaction && paymentIn(transaction, config, RUN)).toEqual({ market: 'market', amount: 700n });
  });

  it('is none of another run', () => {
    const transaction = seen([0, 0, 2, 3, 4, 5], [transfer(5, 700n)]);
    expect(transaction && paymentIn(transaction, config, RUN)).toBeNull();
  });
});
