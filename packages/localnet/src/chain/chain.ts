import type { Base58 } from '../encodings/base58.js';
import type { WireMessage, WireTransaction } from '../encodings/transaction-wire.js';
import type { Position } from '../history/keys.js';
import type { HistoryStore } from '../history/store.js';
import type { Log } from '../log.js';
import { knowsBlockhash } from './blockhash-age.js';
import { BLOCKHASH_VALID_BLOCKS } from './blockhashes.js';
import { type CommittedAccounts, createCommittedAccounts } from './committed-accounts.js';
import { nonceAccountOf, spendNonce } from './durable-nonce.js';
import { type ChainListener, createChainEvents } from './events.js';
import { type Execution, executeTransaction } from './execute.js';
import { putStates } from './guarded-vm.js';
import { memoOf } from './memo.js';
import { RewindError, type RewindTarget, rewindPoint } from './rewind-point.js';
import { heightAfter, sealSlot } from './seal.js';
import type { TransactionStatus } from './statuses.js';
import { loadTail } from './tail.js';
import type {
  AccountState,
  Block,
  BlockHeader,
  Commitment,
  TransactionError,
  TransactionRecord,
} from './types.js';
import { type AccountStates, createUndoLog } from './undo.js';
import type { Vm } from './vm.js';

export type Submission =
  | { readonly landed: true; readonly record: TransactionRecord }
  | { readonly landed: false; readonly err: TransactionError };

/**
 * The chain: slots, blocks, blockhashes and commitment on top of the virtual machine. Transactions execute at once
 * in the open slot (processed); a slot is confirmed when it is closed and on disk, finalized 31 blocks later.
 */
export interface Chain {
  readonly genesisHash: string;
  /** The newest slot at the commitment; processed is the open slot. */
  slot(commitment: Commitment): number;
  blockHeight(commitment: Commitment): number;
  latestBlockhash(commitment: Commitment): { slot: number; blockhash: string; lastValidBlockHeight: number };
  /** Last block height at which the blockhash is accepted, over or not; null when nobody remembers it. */
  lastValidBlockHeight(blockhash: string): number | null;
  /** Tells whether the message may execute: its blockhash is valid at the commitment, or it advances a durable nonce. */
  isAlive(message: WireMessage, commitment: Commitment): boolean;
  /** Status of a transaction of about the last 150 slots, the open one included. */
  recentStatus(signature: string): TransactionStatus | undefined;
  /** Why a validator would not even execute the transaction on its state at the commitment; null when it would. */
  refusal(
    transaction: WireTransaction,
    commitment: Commitment,
  ): 'BlockhashNotFound' | 'AlreadyProcessed' | null;
  /** Executes the transaction in the open slot. */
  submit(transaction: WireTransaction, options: { verifySignatures: boolean }): Submission;
  /** A transaction that is in a block or in the open slot. */
  record(position: Position): Promise<TransactionRecord | null>;
  /** An account as it is at the commitment; null when there is none. */
  account(address: string, commitment: Commitment): AccountState | null;
  /** Accounts that differ at the commitment from what they are in the open slot, as they are at the commitment. */
  accountsBehind(commitment: Commitment): Pick<CommittedAccounts, 'find' | 'changed'>;
  /** Puts an account outside of any transaction; kept and announced like any other change. Null removes it. */
  setAccount(address: string, state: AccountState | null): void;
  /** Closes the open slot and opens the next but `skip`; resolves when the closed one is on disk. */
  advance(skip?: number): Promise<void>;
  /** Closes the open slot and counts it and all before it as finalized; resolves when that is on disk. */
  finalize(): Promise<void>;
  /** Closes the open slot and marks the point after it; resolves to the mark and its slot. */
  mark(): Promise<{ mark: number; slot: number }>;
  /**
   * Takes back the transactions and account changes of all blocks after the target and of the open slot. From a mark
   * the slots are counted on anew; after dropped blocks the chain goes on in a later slot, as after a fork. `plan`
   * is given what was dropped, oldest first, may throw to keep everything as it is, and returns what executes first
   * in the slot that is then open.
   *
   * @throws RewindError when that many blocks cannot be dropped or the mark is gone.
   */
  rewind(
    target: RewindTarget,
    plan: (dropped: readonly TransactionRecord[]) => () => void,
  ): Promise<{ dropped: number; parent: number; slot: number }>;
  listen(listener: ChainListener): () => void;
  /** Transactions of all blocks, the open one included. */
  transactionCount(): number;
  /** Unix seconds of the newest slot at the commitment. */
  time(commitment: Commitment): number;
}

export interface ChainDeps {
  readonly vm: Vm;
  readonly base58: Base58;
  readonly store: HistoryStore;
  readonly log: Log;
  readonly genesisHash: string;
  /** Current time in Unix seconds. */
  readonly now: () => number;
}

/** Continues the chain that the store holds, or begins one at slot 0. The vm must hold the store's accounts. */
export async function createChain(deps: ChainDeps): Promise<Chain> {
  const { vm, base58, store, log, genesisHash, now } = deps;
  const events = createChainEvents(log);
  const undo = createUndoLog();
  const behind = {
    processed: createCommittedAccounts(),
    confirmed: createCommittedAccounts(),
    finalized: createCommittedAccounts(),
  } as const;

  let tail = await loadTail(store, Number.MAX_SAFE_INTEGER, null, base58);
  let records: TransactionRecord[] = [];
  let changed = new Map<string, AccountState | null>();
  let openSlot = tail.head === null ? 0 : tail.head.slot + 1;
  let openTime = 0;
  let writing: Promise<void> = Promise.resolve();
  let unwritten = 0;
  let rewinding = false;
  let marks = 0;
  enterOpenSlot();

  function enterOpenSlot(): void {
    openTime = Math.max(now(), tail.head?.blockTime ?? 0);
    vm.enterSlot(openSlot, openTime, tail.blockhashes.newestFirst());
  }

  function sealOpenSlot(): Block {
    const slot = { slot: openSlot, time: openTime, records, parent: tail.head, genesisHash };
    return { header: sealSlot(slot, base58), records, accounts: changed };
  }

  function confirm(block: Block): void {
    const { slot } = block.header;
    const finalized = tail.recent.confirm(slot);
    behind.confirmed.settle(slot, block.accounts);
    events.emit({ type: 'confirmed', slot, block });
    settleFinalized(finalized);
  }

  function settleFinalized(blocks: readonly Block[]): void {
    for (const block of blocks) {
      const { slot } = block.header;
      undo.forget(slot);
      behind.finalized.settle(slot, block.accounts);
      events.emit({ type: 'finalized', slot, block });
    }
  }

  /** Must be called before an account changes in the open slot. */
  function noteBefore(address: string, state: AccountState | null): void {
    undo.note(address, state);
    behind.confirmed.note(address, state, openSlot);
    behind.finalized.note(address, state, openSlot);
  }

  function headerAt(commitment: 'confirmed' | 'finalized'): BlockHeader | null {
    return commitment === 'confirmed' ? tail.recent.confirmed() : tail.recent.finalized();
  }

  function slotAt(commitment: Commitment): number {
    return commitment === 'processed' ? openSlot : (headerAt(commitment)?.slot ?? 0);
  }

  function put(states: AccountStates): void {
    putStates(vm, states);
    for (const [address, state] of states) changed.set(address, state);
  }

  function advance(skip = 0): Promise<void> {
    const block = sealOpenSlot();
    tail.head = block.header;
    tail.blockhashes.add(block.header);
    tail.recent.close(block);
    tail.statuses.forgetBelow(tail.blockhashes.oldestValidSlot());
    undo.close(openSlot);
    records = [];
    changed = new Map();
    openSlot += 1 + skip;
    enterOpenSlot();
    events.emit({ type: 'slot', slot: openSlot, parent: block.header.slot, root: slotAt('finalized') });
    // Blocks reach the disk in order, and count as confirmed only then: what a client saw confirmed survives kill -9.
    unwritten += 1;
    writing = writing.then(async () => {
      tail.recent.written(await store.writeBlock(block));
      unwritten -= 1;
      confirm(block);
    });
    return writing;
  }

  /** Resolves when all closed blocks are on disk; what runs right after it finds them so. */
  async function settled(): Promise<void> {
    while (unwritten > 0) await writing;
  }

  async function rewind(...[target, plan]: Parameters<Chain['rewind']>): ReturnType<Chain['rewind']> {
    const slot = rewindPoint(target, tail.recent, undo);
    const previous = tail;
    const loaded = await loadTail(store, slot, previous.recent, base58);
    const dropped: TransactionRecord[] = [];
    for (const closed of await store.blockSlots(slot + 1, openSlot, Number.MAX_SAFE_INTEGER)) {
      dropped.push(...(await store.recordsOfBlock(closed)));
    }
    // From here on nothing may wait: the chain must not be seen half rewound.
    const regrow = plan([...dropped, ...records]);
    const count = dropped.length + records.length;
    tail = loaded;
    records = [];
    changed = new Map();
    openSlot = 'mark' in target ? slot + 1 : openSlot + 1;
    enterOpenSlot();
    const states = 'mark' in target ? undo.rewindToMark(target.mark) : undo.rewindTo(slot);
    put(states);
    behind.confirmed.reset([]);
    behind.finalized.reset(undo.after(slotAt('finalized')));
    writing = writing.then(() => store.dropBlocksAbove(slot, states));
    events.emit({ type: 'processed', slot: openSlot, record: null, changes: states });
    regrow();
    const grown = openSlot;
    await advance();
    return { dropped: count, parent: slot, slot: grown };
  }

  function lastValidBlockHeight(blockhash: string): number | null {
    const entry = tail.blockhashes.recall(blockhash);
    return entry === undefined ? null : entry.blockHeight + BLOCKHASH_VALID_BLOCKS;
  }

  function execute(transaction: WireTransaction, options: { verifySignatures: boolean }): Execution {
    const { message } = transaction;
    const byBlockhash = tail.blockhashes.find(message.recentBlockhash) !== undefined;
    const nonce = byBlockhash ? null : nonceAccountOf(message, vm.account, base58);
    const execution = executeTransaction(vm, base58, transaction, options);
    if (nonce === null) return execution;
    return spendNonce(vm, execution, nonce, base58.decode(tail.head?.blockhash ?? genesisHash));
  }

  function blockHeight(commitment: Commitment): number {
    return commitment === 'processed' ? heightAfter(tail.head) : (headerAt(commitment)?.blockHeight ?? 0);
  }

  function account(address: string, commitment: Commitment): AccountState | null {
    const state = behind[commitment].find(address);
    return state === undefined ? vm.account(address) : state;
  }

  function isAlive(message: WireMessage, commitment: Commitment): boolean {
    return (
      knowsBlockhash({ lastValidBlockHeight, blockHeight }, message.recentBlockhash, commitment) ||
      nonceAccountOf(message, (address) => account(address, commitment), base58) !== null
    );
  }

  return {
    genesisHash,
    slot: slotAt,
    blockHeight,
    latestBlockhash(commitment) {
      const entry = tail.blockhashes.newestUpTo(slotAt(commitment));
      if (entry === undefined) throw new Error('no slot has been closed yet: there is no blockhash');
      return {
        slot: entry.slot,
        blockhash: entry.blockhash,
        lastValidBlockHeight: entry.blockHeight + BLOCKHASH_VALID_BLOCKS,
      };
    },
    lastValidBlockHeight,
    isAlive,
    recentStatus: (signature) => tail.statuses.find(signature),
    refusal(transaction, commitment) {
      if (!isAlive(transaction.message, commitment)) return 'BlockhashNotFound';
      const status = tail.statuses.find(transaction.signature);
      return status === undefined || status.slot > slotAt(commitment) ? null : 'AlreadyProcessed';
    },
    submit(transaction, options) {
      const execution = execute(transaction, options);
      if (!execution.landed) {
        return { landed: false, err: execution.meta.err ?? 'SanitizeFailure' };
      }
      const record: TransactionRecord = {
        slot: openSlot,
        index: records.length,
        transaction,
        meta: execution.meta,
        memo: memoOf(transaction.message),
      };
      records.push(record);
      tail.statuses.add(transaction.signature, {
        slot: openSlot,
        index: record.index,
        err: execution.meta.err,
      });
      for (const [address, state] of execution.previous) noteBefore(address, state);
      for (const [address, state] of execution.changes) changed.set(address, state);
      events.emit({ type: 'processed', slot: openSlot, record, changes: execution.changes });
      return { landed: true, record };
    },
    async record(position) {
      if (position.slot === openSlot) return records[position.index] ?? null;
      // A confirmed block is on disk, and what memory keeps of it would have to be read as a whole.
      if (position.slot <= slotAt('confirmed')) return store.record(position);
      return tail.recent.block(position.slot)?.records[position.index] ?? store.record(position);
    },
    account,
    accountsBehind: (commitment) => behind[commitment],
    setAccount(address, state) {
      const before = vm.account(address);
      vm.setAccount(address, state);
      noteBefore(address, before);
      changed.set(address, state);
      events.emit({ type: 'processed', slot: openSlot, record: null, changes: new Map([[address, state]]) });
    },
    // The rewind closes the slot itself.
    advance: (skip) => (rewinding ? writing : advance(skip)),
    async finalize() {
      await advance();
      settleFinalized(tail.recent.finalizeConfirmed());
    },
    async mark() {
      if (rewinding) throw new RewindError('The chain is being rewound');
      const slot = openSlot;
      marks += 1;
      const mark = marks;
      const closing = advance();
      undo.mark(mark, slot);
      await closing;
      return { mark, slot };
    },
    async rewind(target, plan) {
      if (rewinding) throw new RewindError('The chain is being rewound already');
      rewinding = true;
      try {
        await settled();
        return await rewind(target, plan);
      } finally {
        rewinding = false;
      }
    },
    listen: events.listen,
    transactionCount: () => (tail.head?.totalTransactions ?? 0) + records.length,
    time: (commitment) => (commitment === 'processed' ? openTime : (headerAt(commitment)?.blockTime ?? 0)),
  };
}
