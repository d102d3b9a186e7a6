import type { NetworkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { earlierOf, laterOf } from '../archive/ranges.js';
import { type AccountsAt, readProgramAccounts, readTokenBalances } from '../reconcile/read-chain.js';
import { backoffMs, pause } from '../rpc/backoff.js';
import type { RpcClient } from '../rpc/client.js';
import { RpcError } from '../rpc/errors.js';
import type { AddressMark } from '../source/cursor.js';
import { programsOf } from '../source/scope.js';
import { sideBySide } from '../source/side-by-side.js';
import { BootstrapError } from './errors.js';
import { listAround } from './quiet.js';

/** Every account of the network's programs and every vault's balance, at the end of one finalized slot. */
export interface Moment {
  readonly slot: bigint;
  /** By program. */
  readonly accounts: ReadonlyMap<Address, ReadonlyMap<string, Uint8Array>>;
  readonly balances: ReadonlyMap<string, bigint>;
  /** The last transactions of each program up to the slot. */
  readonly marks: ReadonlyMap<Address, AddressMark>;
}

export interface ReadMomentOptions {
  readonly rpc: RpcClient;
  readonly network: NetworkConfig;
  /** The vaults that accounts name. */
  readonly vaultsOf: (accounts: Moment['accounts']) => readonly string[];
  /** Told why what was read is not of one moment, before it is read again. */
  readonly onRetry: (tries: number, reason: string) => void;
  /** Default 100. */
  readonly maxTries?: number;
}

const MAX_TRIES = 100;
const RETRY_MS = 400;

/**
 * Reads accounts and vaults again and again until they are of one moment: nothing happened to any of the programs between
 * the first slot that was read at and the last. Vaults are read twice: transfers into them need not name a program. Out
 * of them only the programs can move anything, so two equal balances show that there were none.
 * @throws BootstrapError when the chain does not hold still, RpcError `refused`
 */
export async function readMoment(options: ReadMomentOptions, signal: AbortSignal): Promise<Moment> {
  const { onRetry, maxTries = MAX_TRIES } = options;
  let vaults: readonly string[] = [];
  let reason = '';
  for (let tries = 1; tries <= maxTries; tries++) {
    const read = await tryOnce(options, vaults, signal);
    if ('moment' in read) return read.moment;
    ({ vaults, reason } = read);
    onRetry(tries, reason);
    if (tries < maxTries) await pause(RETRY_MS * (0.5 + Math.random()), signal);
  }
  throw new BootstrapError(
    `accounts and vaults could not be read at one moment in ${maxTries} tries (${reason}): ` +
      'try again when less happens, use a faster RPC, or begin at genesis',
  );
}

type Outcome = { readonly moment: Moment } | { readonly vaults: readonly string[]; readonly reason: string };

async function tryOnce(
  { rpc, network, vaultsOf }: ReadMomentOptions,
  knownVaults: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const programs = programsOf(network);
  // All at once, that there is as little time between them as can be.
  const [reads, known] = await Promise.all([
    sideBySide(
      programs,
      (program, inner) => again(rpc, () => readProgramAccounts(rpc, program, inner), inner),
      signal,
    ),
    readVaults(rpc, knownVaults, signal),
  ]);
  const accounts = new Map(programs.map((program, at) => [program, reads[at]?.accounts ?? new Map()]));
  const vaults = [...new Set(vaultsOf(accounts))];
  const asked = new Set(knownVaults);
  const late = await readVaults(
    rpc,
    vaults.filter((vault) => !asked.has(vault)),
    signal,
  );
  const first = merged([...known, ...late]);
  const slots = [...reads, ...known, ...late].map(({ slot }) => slot);
  const slot = slots.reduce(laterOf);
  const twice = await readVaults(rpc, vaults, signal, slot);
  const second = merged(twice);
  const moved = vaults.find((vault) => first.get(vault) !== second.get(vault));
  if (moved !== undefined) return { vaults, reason: `vault ${moved} changed` };
  const range = {
    from: slots.reduce(earlierOf),
    to: twice.reduce((to, each) => laterOf(to, each.slot), slot),
  };
  const lists = await sideBySide(
    programs,
    (program, inner) => listAround(rpc, program, range, inner),
    signal,
  );
  const busy = lists.find((list) => list.busy !== null)?.busy;
  if (busy) {
    return {
      vaults,
      reason: `${busy.signature} of slot ${busy.slot} happened between ${range.from} and ${range.to}`,
    };
  }
  const marks = programs.flatMap((program, at): [Address, AddressMark][] => {
    const mark = lists[at]?.mark;
    return mark ? [[program, mark]] : [];
  });
  return { moment: { slot, accounts, balances: second, marks: new Map(marks) } };
}

const VAULTS_AT_ONCE = 100;

function readVaults(
  rpc: RpcClient,
  vaults: readonly string[],
  signal: AbortSignal,
  minContextSlot?: bigint,
): Promise<AccountsAt<bigint>[]> {
  const parts = Array.from({ length: Math.ceil(vaults.length / VAULTS_AT_ONCE) }, (_, part) =>
    vaults.slice(part * VAULTS_AT_ONCE, (part + 1) * VAULTS_AT_ONCE),
  );
  return sideBySide(
    parts,
    (part, inner) => again(rpc, () => readTokenBalances(rpc, part, inner, minContextSlot), inner),
    signal,
  );
}

const merged = (reads: readonly AccountsAt<bigint>[]): Map<string, bigint> =>
  new Map(reads.flatMap(({ accounts }) => [...accounts]));

/** Repeats a read until it is answered. @throws RpcError `refused` */
async function again<Result>(
  rpc: Pick<RpcClient, 'report'>,
  read: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      const result = await read();
      rpc.report(null);
      return result;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      rpc.report(error);
      if (!error.retryable) throw error;
      await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(failures)), signal);
    }
  }
}
