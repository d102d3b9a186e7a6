import type { Address, Blockhash } from '@solana/kit';
import type { RpcAnswer } from '../support.js';
import type { Executed, PlainAccount, PlainInner, PlainTokenBalance } from './bare-vm.js';
import type { Drawn } from './transaction.js';

/** What simulateTransaction told. */
export interface Simulation {
  readonly err: unknown;
  readonly logs: readonly string[];
  readonly units: bigint;
  readonly returnData: Executed['returnData'];
  /** Programs and depths of the inner instructions, which are shown in a parsed form. */
  readonly inner: readonly {
    readonly index: number;
    readonly calls: readonly (readonly [string, number])[];
  }[];
  readonly fee: bigint | null;
  /** In the order of the transaction's keys; null when it failed. */
  readonly accounts: readonly (PlainAccount | null)[] | null;
}

/** The localnet as its clients have it. */
export interface LocalnetSide {
  control<T>(name: string, ...params: unknown[]): Promise<T>;
  blockhash(): Promise<Blockhash>;
  /** A number when the call was refused with that code. */
  simulate(drawn: Drawn): Promise<Simulation | number>;
  /** Sends without a preflight. */
  send(drawn: Drawn): Promise<string>;
  /** What the chain tells about a transaction of a closed slot; null when it was dropped. */
  transaction(signature: string): Promise<(Omit<Executed, 'landed'> & Placed) | null>;
  accounts(addresses: readonly Address[]): Promise<(PlainAccount | null)[]>;
  /** Every account of a program. */
  programAccounts(program: Address): Promise<[Address, PlainAccount][]>;
}

interface Placed {
  readonly version: unknown;
  readonly loaded: { readonly writable: readonly string[]; readonly readonly: readonly string[] };
}

interface AccountJson {
  readonly lamports: number;
  readonly owner: string;
  readonly executable: boolean;
  readonly data: readonly [string, string];
}

interface ReturnDataJson {
  readonly programId: string;
  readonly data: readonly [string, string];
}

interface SimulationJson {
  readonly err: unknown;
  readonly logs: readonly string[];
  readonly unitsConsumed: number;
  readonly fee: number | null;
  readonly returnData: ReturnDataJson | null;
  readonly innerInstructions:
    | readonly { index: number; instructions: { programId: string; stackHeight: number }[] }[]
    | null;
  readonly accounts: readonly (AccountJson | null)[];
}

interface TransactionJson {
  readonly version: unknown;
  readonly meta: {
    readonly err: unknown;
    readonly fee: number;
    readonly logMessages: readonly string[];
    readonly computeUnitsConsumed: number;
    readonly returnData?: ReturnDataJson;
    readonly innerInstructions: readonly { index: number; instructions: PlainInner[] }[];
    readonly preBalances: readonly number[];
    readonly postBalances: readonly number[];
    readonly preTokenBalances: readonly TokenBalanceJson[];
    readonly postTokenBalances: readonly TokenBalanceJson[];
    readonly loadedAddresses: Placed['loaded'];
  };
}

interface TokenBalanceJson extends Omit<PlainTokenBalance, 'amount' | 'decimals'> {
  readonly uiTokenAmount: { readonly amount: string; readonly decimals: number };
}

const PROCESSED = { encoding: 'base64', commitment: 'processed' };
/** Accounts that one call may ask for. */
const PAGE = 100;

/** Speaks to a localnet by its RPC alone. */
export function createLocalnetSide(
  rpc: (method: string, params?: unknown[]) => Promise<RpcAnswer>,
): LocalnetSide {
  const ask = async <T>(method: string, params: unknown[]): Promise<T> => {
    const { result, error } = await rpc(method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.code} ${error.message}`);
    return result as T;
  };

  return {
    control: (name, ...params) => ask(`localnet_${name}`, params),
    async blockhash() {
      const { value } = await ask<{ value: { blockhash: string } }>('getLatestBlockhash', [PROCESSED]);
      return value.blockhash as Blockhash;
    },
    async simulate({ wire, keys }) {
      const accounts = { encoding: 'base64', addresses: keys };
      const config = { ...PROCESSED, sigVerify: true, innerInstructions: true, accounts };
      const { result, error } = await rpc('simulateTransaction', [wire, config]);
      if (error !== undefined) return error.code;
      const { value } = result as { value: SimulationJson };
      return {
        err: value.err,
        logs: value.logs,
        units: BigInt(value.unitsConsumed),
        fee: value.fee === null ? null : BigInt(value.fee),
        returnData: readReturnData(value.returnData),
        inner: (value.innerInstructions ?? []).map(({ index, instructions }) => ({
          index,
          calls: instructions.map(({ programId, stackHeight }) => [programId, stackHeight] as const),
        })),
        accounts: value.err === null ? value.accounts.map(readAccount) : null,
      };
    },
    send: ({ wire }) => ask('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }]),
    async transaction(signature) {
      const config = { encoding: 'json', commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
      const found = await ask<TransactionJson | null>('getTransaction', [signature, config]);
      if (found === null) return null;
      const { meta, version } = found;
      return {
        version,
        loaded: meta.loadedAddresses,
        err: meta.err,
        logs: meta.logMessages,
        units: BigInt(meta.computeUnitsConsumed),
        inner: meta.innerInstructions,
        returnData: readReturnData(meta.returnData ?? null),
        fee: BigInt(meta.fee),
        preBalances: meta.preBalances.map(BigInt),
        postBalances: meta.postBalances.map(BigInt),
        preTokenBalances: meta.preTokenBalances.map(readTokenBalance),
        postTokenBalances: meta.postTokenBalances.map(readTokenBalance),
      };
    },
    async accounts(addresses) {
      const found: (PlainAccount | null)[] = [];
      for (let from = 0; from < addresses.length; from += PAGE) {
        const page = addresses.slice(from, from + PAGE);
        const { value } = await ask<{ value: (AccountJson | null)[] }>('getMultipleAccounts', [
          page,
          PROCESSED,
        ]);
        found.push(...value.map(readAccount));
      }
      return found;
    },
    async programAccounts(program) {
      const found = await ask<{ pubkey: Address; account: AccountJson }[]>('getProgramAccounts', [
        program,
        PROCESSED,
      ]);
      return found.flatMap(({ pubkey, account }) => {
        const state = readAccount(account);
        return state === null ? [] : [[pubkey, state]];
      });
    },
  };
}

const readAccount = (account: AccountJson | null): PlainAccount | null =>
  account === null || account.lamports === 0
    ? null
    : {
        lamports: BigInt(account.lamports),
        owner: account.owner,
        executable: account.executable,
        data: Buffer.from(account.data[0], 'base64').toString('hex'),
      };

const readReturnData = (returned: ReturnDataJson | null): Executed['returnData'] =>
  returned === null ? null : { programId: returned.programId, data: returned.data[0] };

const readTokenBalance = ({ uiTokenAmount, ...balance }: TokenBalanceJson): PlainTokenBalance => ({
  accountIndex: balance.accountIndex,
  mint: balance.mint,
  owner: balance.owner,
  programId: balance.programId,
  amount: uiTokenAmount.amount,
  decimals: uiTokenAmount.decimals,
});
