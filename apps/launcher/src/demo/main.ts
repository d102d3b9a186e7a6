// A gentle stream of real jobs: a funded wallet gives the shipped model multiplications every few seconds.
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { knownMarkets } from '@inferscan/protocol';
import { createContentClient } from '@inferscan/storage/client';
import { z } from 'zod';
import { drawExercise, exerciseJob } from './exercise.js';
import { ensureFunded } from './funding.js';
import { loadOrCreateKeypair } from './keypair-file.js';
import { createPoster } from './poster.js';

/** Seconds a demo job may run: a batch takes one or two. */
const TIMEOUT_SECONDS = 60n;
const FUNDING = { lamports: 1_000_000_000n, nos: 50_000_000n };
/** Jobs between two looks at the wallet's balance. */
const FUNDING_EVERY = 20;
const LONGEST_BACKOFF_MS = 60_000;

const environment = z.object({
  RPC_URL: z.url(),
  WS_URL: z.url(),
  STORAGE_URL: z.url(),
  KEYPAIR: z.string().min(1),
  INTERVAL_SECONDS: z.coerce.number().int().min(1),
  MARKETS: z.string().transform((text) => text.split(',')),
});

const env = environment.parse(process.env);
const wallet = await loadOrCreateKeypair(env.KEYPAIR);
const markets = knownMarkets('localnet').filter((market) => env.MARKETS.includes(market.slug));
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

const poster = createPoster({
  rpcUrl: env.RPC_URL,
  wsUrl: env.WS_URL,
  wallet,
  content: createContentClient({
    gateways: [`${env.STORAGE_URL}/ipfs/`],
    pinningUrl: env.STORAGE_URL,
    allowPrivate: true,
  }),
});

console.log(`demo ready wallet=${wallet.address}`);
let failures = 0;
for (let count = 0; !stopping.signal.aborted; count += 1) {
  try {
    if (count % FUNDING_EVERY === 0 || failures > 0) await ensureFunded(env.RPC_URL, wallet.address, FUNDING);
    const market = markets[count % markets.length];
    if (market === undefined) throw new Error(`no market called ${env.MARKETS.join(' or ')} on the localnet`);
    const exercise = drawExercise((limit) => randomInt(limit));
    const posted = await poster.post(market.address, exerciseJob(exercise, count), TIMEOUT_SECONDS);
    failures = 0;
    console.log(
      `posted ${exercise.questions.length} questions as ${posted.job} in ${market.slug}: ${posted.signature}`,
    );
  } catch (error) {
    failures += 1;
    console.error(
      `posting failed (${failures} in a row): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const backoff = failures === 0 ? 1 : 2 ** Math.min(failures, 6);
  const delay = Math.min(env.INTERVAL_SECONDS * 1000 * backoff, LONGEST_BACKOFF_MS);
  await pause(delay, undefined, { signal: stopping.signal }).catch(() => {});
}
process.exit(0);
