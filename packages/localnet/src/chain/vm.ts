import {
  Account,
  type AddressAndAccount,
  FailedTransactionMetadata,
  LiteSvm,
  type SimulatedTransactionInfo,
  type TransactionMetadata,
} from 'litesvm/dist/internal.js';
import type { Base58 } from '../encodings/base58.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import { transactionErrorFromVm } from './errors.js';
import type { AccountState, TransactionError } from './types.js';

/** The virtual machine's answer about one transaction. */
export interface VmResult {
  readonly err: TransactionError | null;
  readonly meta: TransactionMetadata;
}

export interface VmSimulation extends VmResult {
  /** States after the simulation of the accounts that it could write, with those it left empty; none when it failed. */
  postAccounts(): ReadonlyMap<string, AccountState>;
}

/** LiteSVM with addresses as base58 text and nothing of its own idea of blocks, history or blockhashes. */
export interface Vm {
  /** Executes and keeps the changes. `verifySignatures: false` is for bytes whose signatures were just verified. */
  execute(transaction: WireTransaction, options: { verifySignatures: boolean }): VmResult;
  simulate(transaction: WireTransaction, options: { verifySignatures: boolean }): VmSimulation;
  account(address: string): AccountState | null;
  balance(address: string): bigint;
  setAccount(address: string, state: AccountState | null): void;
  programAccounts(program: string): { address: string; state: AccountState }[];
  addProgram(address: string, elf: Uint8Array): void;
  rentExemption(dataLength: number): bigint;
  /** Sets the clock sysvar alone. */
  setClock(slot: number, unixSeconds: number): void;
  /** Tells the sysvars which slot is open and what time it is; `slotHashes` newest first. */
  enterSlot(slot: number, unixSeconds: number, slotHashes: readonly { slot: number; hash: string }[]): void;
}

const NO_OWNER = '11111111111111111111111111111111';
/** Slots per epoch, as on mainnet. */
export const SLOTS_PER_EPOCH = 432_000;

/** Creates a virtual machine with Solana's built-in programs and the SPL programs in it. */
export function createVm(base58: Base58): Vm {
  // The class behind LiteSVM's public one: it takes transactions as bytes, which saves decoding and encoding each.
  const svm = new LiteSvm();
  svm.setBlockhashCheck(false);
  svm.setTransactionHistory(0n);
  svm.withNativeMints();
  let verifying = true;

  const setVerifying = (wanted: boolean): void => {
    if (verifying === wanted) return;
    svm.setSigverify(wanted);
    verifying = wanted;
  };

  const read = (account: Account): AccountState => ({
    lamports: account.lamports(),
    owner: base58.encode(account.owner()),
    data: account.data(),
    executable: account.executable(),
    rentEpoch: account.rentEpoch(),
  });
  const stateOf = (account: Account): AccountState | null =>
    account.lamports() === 0n ? null : read(account);

  const setClock: Vm['setClock'] = (slot, unixSeconds) => {
    const clock = svm.getClock();
    clock.slot = BigInt(slot);
    clock.epoch = BigInt(Math.floor(slot / SLOTS_PER_EPOCH));
    clock.leaderScheduleEpoch = clock.epoch + 1n;
    clock.unixTimestamp = BigInt(unixSeconds);
    svm.setClock(clock);
  };

  const postAccounts = (info: SimulatedTransactionInfo): Map<string, AccountState> => {
    const states = new Map<string, AccountState>();
    for (const entry of info.postAccounts()) states.set(base58.encode(entry.address), read(entry.account()));
    return states;
  };

  const errorOf = (failed: FailedTransactionMetadata, { message }: WireTransaction): TransactionError => {
    const error = transactionErrorFromVm(failed.err());
    if (error !== 'InvalidProgramForExecution') return error;
    // LiteSVM says this of a program that does not exist, too, for which validators have an error of its own.
    const programs = message.instructions.map(
      ({ programIdIndex }) => svm.getAccount(base58.decode(message.staticKeys[programIdIndex] ?? '')) ?? null,
    );
    const refused = programs.find((account) => account?.executable() !== true);
    return refused === null || refused?.lamports() === 0n ? 'ProgramAccountNotFound' : error;
  };

  return {
    execute(transaction, { verifySignatures }) {
      setVerifying(verifySignatures);
      const result =
        transaction.message.version === 'legacy'
          ? svm.sendLegacyTransaction(transaction.bytes)
          : svm.sendVersionedTransaction(transaction.bytes);
      return result instanceof FailedTransactionMetadata
        ? { err: errorOf(result, transaction), meta: result.meta() }
        : { err: null, meta: result };
    },
    simulate(transaction, { verifySignatures }) {
      setVerifying(verifySignatures);
      const result =
        transaction.message.version === 'legacy'
          ? svm.simulateLegacyTransaction(transaction.bytes)
          : svm.simulateVersionedTransaction(transaction.bytes);
      if (result instanceof FailedTransactionMetadata) {
        return { err: errorOf(result, transaction), meta: result.meta(), postAccounts: () => new Map() };
      }
      return { err: null, meta: result.meta(), postAccounts: () => postAccounts(result) };
    },
    account(address) {
      const account = svm.getAccount(base58.decode(address));
      return account === null ? null : stateOf(account);
    },
    balance: (address) => svm.getBalance(base58.decode(address)) ?? 0n,
    setAccount(address, state) {
      const value =
        state === null
          ? new Account(0n, new Uint8Array(), base58.decode(NO_OWNER), false, 0n)
          : new Account(
              state.lamports,
              state.data,
              base58.decode(state.owner),
              state.executable,
              state.rentEpoch,
            );
      svm.setAccount(base58.decode(address), value);
    },
    programAccounts(program) {
      return svm.getProgramAccounts(base58.decode(program)).flatMap((entry: AddressAndAccount) => {
        const state = stateOf(entry.account());
        return state === null ? [] : [{ address: base58.encode(entry.address), state }];
      });
    },
    addProgram: (address, elf) => svm.addProgram(base58.decode(address), elf),
    rentExemption: (dataLength) => svm.minimumBalanceForRentExemption(BigInt(dataLength)),
    setClock,
    enterSlot(slot, unixSeconds, slotHashes) {
      setClock(slot, unixSeconds);
      svm.setSlotHashes(slotHashes.map((entry) => ({ slot: BigInt(entry.slot), hash: entry.hash })));
      // Durable nonces advance to LiteSVM's own blockhash, which must therefore differ from slot to slot.
      svm.expireBlockhash();
    },
  };
}
