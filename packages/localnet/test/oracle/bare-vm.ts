import { jobsProgramElf, nodesProgramElf, rewardsProgramElf, stakingProgramElf } from '@inferscan/programs';
import {
  type Address,
  address,
  getAddressDecoder,
  getBase58Decoder,
  type lamports,
  type ReadonlyUint8Array,
  type Transaction,
} from '@solana/kit';
import { getMintDecoder, getTokenDecoder, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { Clock, FailedTransactionMetadata, LiteSVM, type TransactionMetadata } from 'litesvm';
import { NETWORK } from '../../src/genesis/network.js';
import { readDebugError, readDebugFee } from './debug-text.js';

/** An account in plain values; what is not there is null. */
export interface PlainAccount {
  readonly lamports: bigint;
  readonly owner: string;
  readonly executable: boolean;
  /** Hexadecimal. */
  readonly data: string;
}

export interface PlainInner {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: string;
  readonly stackHeight: number;
}

/** What a virtual machine tells about one transaction. */
export interface Told {
  readonly err: unknown;
  readonly logs: readonly string[];
  readonly units: bigint;
  readonly inner: readonly { readonly index: number; readonly instructions: readonly PlainInner[] }[];
  readonly returnData: { readonly programId: string; readonly data: string } | null;
}

export interface PlainTokenBalance {
  readonly accountIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly programId: string;
  readonly amount: string;
  readonly decimals: number;
}

/** What an execution did, with the balances around it. */
export interface Executed extends Told {
  readonly fee: bigint;
  readonly preBalances: readonly bigint[];
  readonly postBalances: readonly bigint[];
  readonly preTokenBalances: readonly PlainTokenBalance[];
  readonly postTokenBalances: readonly PlainTokenBalance[];
  /** False when it failed before anything was taken: validators and the localnet drop such a transaction. */
  readonly landed: boolean;
}

/** LiteSVM as its own users have it: nothing of the localnet's is between. */
export interface BareVm {
  account(address: Address): PlainAccount | null;
  put(address: Address, state: PlainAccount | null): void;
  /** `keys` are all accounts of the transaction, in the order in which it counts them. */
  execute(transaction: Transaction, keys: readonly Address[]): Executed;
  simulate(
    transaction: Transaction,
  ): Told & { readonly fee: bigint; readonly post: ReadonlyMap<Address, PlainAccount> };
  /** Opens the slot in which the other side is: its clock and slot hashes are copied, its blockhash is caught up with. */
  enterSlot(sysvars: { clock: Buffer; slotHashes: Buffer; recentBlockhashes: Buffer }): void;
}

const NO_ONE = address('11111111111111111111111111111111');
const RECENT_BLOCKHASHES = address('SysvarRecentB1ockHashes11111111111111111111');
const TOKEN_ACCOUNT_BYTES = 165;
/** More slots than any run has. */
const MAX_EXPIRIES = 100_000;

export function createBareVm(): BareVm {
  const svm = new LiteSVM().withNativeMints().withBlockhashCheck(false).withTransactionHistory(0n);
  svm.addProgram(NETWORK.jobsProgram, jobsProgramElf());
  svm.addProgram(NETWORK.nodesProgram, nodesProgramElf());
  svm.addProgram(NETWORK.stakingProgram, stakingProgramElf());
  svm.addProgram(NETWORK.rewardsProgram, rewardsProgramElf());

  const read = (wanted: Address): PlainAccount | null => {
    const account = svm.getAccount(wanted);
    return account.exists && account.lamports > 0n ? plain(account) : null;
  };

  const tokenBalances = (keys: readonly Address[]): PlainTokenBalance[] =>
    keys.flatMap((key, accountIndex) => {
      const state = read(key);
      const data = Buffer.from(state?.data ?? '', 'hex');
      if (state?.owner !== TOKEN_PROGRAM_ADDRESS || data.length !== TOKEN_ACCOUNT_BYTES) return [];
      const token = getTokenDecoder().decode(data);
      const mint = read(token.mint);
      if (token.state === 0 || mint === null) return [];
      const { decimals } = getMintDecoder().decode(Buffer.from(mint.data, 'hex'));
      const { amount, owner } = token;
      return [
        { accountIndex, mint: token.mint, owner, programId: state.owner, amount: String(amount), decimals },
      ];
    });

  const lamportsOf = (keys: readonly Address[]): bigint[] => keys.map((key) => read(key)?.lamports ?? 0n);

  return {
    account: read,
    put(where, state) {
      svm.setAccount({
        address: where,
        lamports: (state?.lamports ?? 0n) as ReturnType<typeof lamports>,
        programAddress: address(state?.owner ?? NO_ONE),
        executable: state?.executable ?? false,
        data: new Uint8Array(Buffer.from(state?.data ?? '', 'hex')),
        space: BigInt((state?.data.length ?? 0) / 2),
      });
    },
    execute(transaction, keys) {
      const [preBalances, preTokenBalances] = [lamportsOf(keys), tokenBalances(keys)];
      const result = svm.sendTransaction(transaction);
      const postBalances = lamportsOf(keys);
      const told = tell(result);
      return {
        ...told,
        fee: readDebugFee(result.toString()),
        preBalances,
        postBalances,
        preTokenBalances,
        postTokenBalances: tokenBalances(keys),
        landed: told.err === null || postBalances.some((balance, index) => balance !== preBalances[index]),
      };
    },
    simulate(transaction) {
      const result = svm.simulateTransaction(transaction);
      if (result instanceof FailedTransactionMetadata) {
        return { ...tell(result), fee: readDebugFee(result.toString()), post: new Map() };
      }
      const post = result.postAccounts().map((account) => [account.address, plain(account)] as const);
      const meta = result.meta();
      return { ...told(meta), err: null, fee: readDebugFee(meta.toString()), post: new Map(post) };
    },
    enterSlot({ clock, slotHashes, recentBlockhashes }) {
      const i64 = (offset: number) => clock.readBigInt64LE(offset);
      svm.setClock(new Clock(i64(0), i64(8), i64(16), i64(24), i64(32)));
      const hashes = Array.from({ length: Number(slotHashes.readBigUInt64LE(0)) }, (_item, index) => {
        const start = 8 + index * 40;
        return {
          slot: slotHashes.readBigUInt64LE(start),
          hash: getAddressDecoder().decode(slotHashes.subarray(start + 8, start + 40)),
        };
      });
      svm.setSlotHashes(hashes);
      // Each blockhash of LiteSVM follows from the one before: with as many slots behind both, both have the same.
      const wanted = recentBlockhashes.toString('hex');
      for (let expired = 0; read(RECENT_BLOCKHASHES)?.data !== wanted; expired += 1) {
        if (expired > MAX_EXPIRIES) throw new Error('the two sides do not come to the same blockhash');
        svm.expireBlockhash();
      }
    },
  };
}

interface EncodedLike {
  readonly lamports: bigint;
  readonly programAddress: Address;
  readonly executable: boolean;
  readonly data: ReadonlyUint8Array;
}

const plain = ({ lamports, programAddress, executable, data }: EncodedLike): PlainAccount => ({
  lamports,
  owner: programAddress,
  executable,
  data: Buffer.from(data).toString('hex'),
});

const tell = (result: TransactionMetadata | FailedTransactionMetadata): Told =>
  result instanceof FailedTransactionMetadata
    ? { ...told(result.meta()), err: readDebugError(result.toString()) }
    : { ...told(result), err: null };

function told(meta: TransactionMetadata): Omit<Told, 'err'> {
  const base58 = getBase58Decoder();
  const returned = meta.returnData();
  return {
    logs: meta.logs(),
    units: meta.computeUnitsConsumed(),
    inner: meta
      .innerInstructions()
      .map((list, index) => ({
        index,
        instructions: list.map((one) => ({
          programIdIndex: one.instruction().programIdIndex(),
          accounts: [...one.instruction().accounts()],
          data: base58.decode(one.instruction().data()),
          stackHeight: one.stackHeight(),
        })),
      }))
      .filter(({ instructions }) => instructions.length > 0),
    returnData:
      returned.data().length === 0
        ? null
        : {
            programId: base58.decode(returned.programId()),
            data: Buffer.from(returned.data()).toString('base64'),
          },
  };
}
