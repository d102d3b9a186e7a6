import { createDice, type Dice } from './dice.js';
import { createHttpClient, fuzzFaucet, fuzzRpc } from './http-load.js';
import type { Tally, Verdict } from './judge.js';
import type { LocalnetProcess } from './localnet-process.js';
import { fuzzHttp, pipeline } from './raw-http.js';
import { fuzzFrames } from './raw-websocket.js';
import { fuzzWebsocket } from './websocket-load.js';
import type { World } from './world.js';

/** Attacks from all sides at once. */
export interface Campaign {
  /** Goes on until so many requests were sent in all, or until something is wrong. */
  run(requests: number): Promise<void>;
  /** Requests sent so far, by kind. */
  sent(): Readonly<Record<string, number>>;
  /** How often each method gave a result. */
  results(): ReadonlyMap<string, number>;
  /** What was wrong, in the order in which it was seen. */
  problems(): readonly string[];
  close(): void;
}

interface Step {
  readonly requests: number;
  readonly verdict: Verdict;
}

/** Connections that send calls at the same time. */
const CALLERS = 12;
/** Requests after which a new blockhash is fetched. */
const REFRESH_AFTER = 400;
const MAX_PROBLEMS = 10;

/** Prepares a campaign; what each of its attackers does follows from the seed, how they interleave does not. */
export function createCampaign(net: LocalnetProcess, world: World, seed: number): Campaign {
  const client = createHttpClient(net.port, CALLERS);
  const sent: Record<string, number> = { calls: 0, faucet: 0, http: 0, frames: 0, websocket: 0 };
  const problems: string[] = [];
  const tally: Tally = new Map();
  let total = 0;
  let refreshedAt = 0;

  const step = async (kind: string, work: () => Promise<Step>): Promise<void> => {
    const { requests, verdict } = await work();
    sent[kind] = (sent[kind] ?? 0) + requests;
    total += requests;
    if (verdict !== null) problems.push(`${kind}: ${verdict}`);
  };
  const one = async (verdict: Promise<Verdict>): Promise<Step> => ({ requests: 1, verdict: await verdict });

  const call = async (dice: Dice): Promise<void> => {
    if (total - refreshedAt > REFRESH_AFTER) {
      refreshedAt = total;
      await world.refresh();
    }
    if (dice.oneIn(20)) await step('faucet', () => one(fuzzFaucet(client, dice)));
    else await step('calls', () => fuzzRpc(client, dice, world, tally));
  };
  const subscribe = (dice: Dice): Promise<void> =>
    step('websocket', () =>
      fuzzWebsocket(
        dice,
        world,
        dice.pick([`ws://127.0.0.1:${net.port}`, `ws://127.0.0.1:${net.wsPort}`]),
        1 + dice.int(60),
        tally,
      ),
    );
  const breakHttp = (dice: Dice): Promise<void> =>
    dice.oneIn(20)
      ? step('http', async () => ({ requests: 20, verdict: await pipeline(net.port, 20) }))
      : step('http', () => one(fuzzHttp(dice, net.port)));
  const breakFrames = (dice: Dice): Promise<void> =>
    step('frames', () => one(fuzzFrames(dice, dice.pick([net.port, net.wsPort]))));

  const attackers: { dice: Dice; attack: (dice: Dice) => Promise<void> }[] = [
    ...Array.from({ length: CALLERS }, (_item, index) => ({
      dice: createDice(seed, `caller ${index}`),
      attack: call,
    })),
    { dice: createDice(seed, 'subscriber'), attack: subscribe },
    { dice: createDice(seed, 'http breaker'), attack: breakHttp },
    { dice: createDice(seed, 'frame breaker'), attack: breakFrames },
  ];

  return {
    async run(requests) {
      await Promise.all(
        attackers.map(async ({ dice, attack }) => {
          while (total < requests && problems.length < MAX_PROBLEMS && net.ended() === null) {
            try {
              await attack(dice);
            } catch (error) {
              problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
            }
          }
        }),
      );
    },
    sent: () => sent,
    results: () => tally,
    problems: () => problems,
    close: client.close,
  };
}
