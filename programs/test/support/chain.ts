import {
  type Address,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  getCompiledTransactionMessageDecoder,
  type Instruction,
  lamports,
  pipe,
  type ReadonlyUint8Array,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { FailedTransactionMetadata, LiteSVM, type TransactionMetadata } from 'litesvm';
import { jobsProgramElf } from '../../src/index.js';
import { JOBS, SYSTEM } from './addresses.js';

export interface Outcome {
  readonly ok: boolean;
  /** Number of a custom error, where the transaction failed with one. */
  readonly errorNumber?: number;
  /** The runtime's words for any failure. */
  readonly failure?: string;
  readonly logs: readonly string[];
  readonly computeUnits: bigint;
  /** What the program called, in order. */
  inner(): readonly InnerCall[];
}

export interface InnerCall {
  readonly program: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
}

export interface Chain {
  readonly svm: LiteSVM;
  /** Sends one transaction; signatures are not checked, the signer flags of its accounts are what it claims. */
  send(feePayer: Address, instructions: readonly Instruction[]): Outcome;
  fund(address: Address, amount?: bigint): void;
  putAccount(address: Address, owner: Address, data: Uint8Array, amount?: bigint): void;
  /** Empty where there is no account. */
  dataOf(address: Address): Uint8Array;
  ownerOf(address: Address): Address;
  lamportsOf(address: Address): bigint;
  now(): bigint;
  setNow(unixSeconds: bigint): void;
  rentFor(size: number): bigint;
}

const START = 1_800_000_000n;

/** A chain with the jobs program and nothing else of the network. */
export const createChain = (elf: Uint8Array = jobsProgramElf()): Chain => createEmptyChain([[JOBS, elf]]);

/** A chain with these programs, nothing else of the network, and a clock that only tests move. */
export function createEmptyChain(programs: readonly (readonly [Address, Uint8Array])[]): Chain {
  const svm = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n);
  for (const [program, elf] of programs) svm.addProgram(program, elf);
  const setNow = (unixSeconds: bigint): void => {
    const clock = svm.getClock();
    clock.unixTimestamp = unixSeconds;
    svm.setClock(clock);
  };
  setNow(START);
  const putAccount: Chain['putAccount'] = (address, owner, data, amount) => {
    svm.setAccount({
      address,
      programAddress: owner,
      data,
      lamports: lamports(amount ?? svm.minimumBalanceForRentExemption(BigInt(data.length))),
      executable: false,
      space: BigInt(data.length),
    });
  };
  const find = (address: Address) => svm.getAccount(address);
  return {
    svm,
    send(feePayer, instructions) {
      const message = pipe(
        createTransactionMessage({ version: 0 }),
        (m) => setTransactionMessageFeePayer(feePayer, m),
        (m) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: svm.latestBlockhash(), lastValidBlockHeight: 0n },
            m,
          ),
        (m) => appendTransactionMessageInstructions(instructions, m),
      );
      const transaction = compileTransaction(message);
      const result = svm.sendTransaction(transaction);
      const failed = result instanceof FailedTransactionMetadata;
      const meta = failed ? result.meta() : result;
      return {
        ok: !failed,
        ...(failed ? failureOf(result) : {}),
        logs: meta.logs(),
        computeUnits: meta.computeUnitsConsumed(),
        inner: () => innerCalls(transaction.messageBytes, meta),
      };
    },
    fund: (address, amount = 10_000_000_000n) => putAccount(address, SYSTEM, new Uint8Array(), amount),
    putAccount,
    dataOf(address) {
      const account = find(address);
      return account.exists ? new Uint8Array(account.data) : new Uint8Array();
    },
    ownerOf(address) {
      const account = find(address);
      return account.exists ? account.programAddress : SYSTEM;
    },
    lamportsOf: (address) => svm.getBalance(address) ?? 0n,
    now: () => svm.getClock().unixTimestamp,
    setNow,
    rentFor: (size) => svm.minimumBalanceForRentExemption(BigInt(size)),
  };
}

function failureOf(failed: FailedTransactionMetadata): { errorNumber?: number; failure: string } {
  const failure = failed.toString();
  const custom = /Custom\((\d+)\)/.exec(failure)?.[1];
  return custom === undefined ? { failure } : { errorNumber: Number(custom), failure };
}

function innerCalls(messageBytes: ReadonlyUint8Array, meta: TransactionMetadata): InnerCall[] {
  const { staticAccounts } = getCompiledTransactionMessageDecoder().decode(messageBytes);
  const at = (index: number): Address => {
    const address = staticAccounts[index];
    if (address === undefined) throw new Error(`no account ${index} in the transaction`);
    return address;
  };
  return meta
    .innerInstructions()
    .flat()
    .map((inner) => {
      const call = inner.instruction();
      return {
        program: at(call.programIdIndex()),
        accounts: [...call.accounts()].map(at),
        data: call.data(),
      };
    });
}
