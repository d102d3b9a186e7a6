import { createHash } from 'node:crypto';
import type { Base58 } from '../encodings/base58.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';
import type { Position } from '../history/keys.js';
import type { HistoryStore } from '../history/store.js';
import type { Log } from '../log.js';
import { BLOCKHASH_VALID_BLOCKS, createBlockhashQueue } from './blockhashes.js';
import { type ChainListener, createChainEvents } from './events.js';
import { executeTransaction } from './execute.js';
import { memoOf } from './memo.js';
import { createStatusCache, type TransactionStatus } from './statuses.js';
import type {
  AccountState,
  Block,
  BlockHeader,
  Commitment,
  TransactionError,
  TransactionRecord,
} from './types.js';
import type { Vm } from './vm.js';

/** A slot is finalized when this many further slots have closed. */
const FINALITY_SLOTS = 31;

export type Submission =
  | { readonly landed: true; readonly record: TransactionRecord }
  | { readonly landed: false; readonly err: TransactionError };

/**
 * The chain: slots, blocks, blockhashes and commitment on top of the virtual machine. Transactions execute at once
 * in the open slot (processed); a slot is confirmed when it is closed and on disk, finalized 31 slots later.
 */
export interface Chain {
  readonly genesisHash: string;
  /** The newest slot at the commitment; processed is the open slot. */
  slot(commitment: Commitment): number;
  blockHeight(commitment: Commitment): number;
  latestBlockhash(commitment: Commitment): { slot: number; blockhash: string; lastValidBlockHeight: number };
  /** Last block height at which the blockhash is accepted, or null when it is not in the queue. */
  lastValidBlockHeight(blockhash: string): number | null;
  /** Status of a transaction of about the last 150 slots, the open one included. */
  recentStatus(signature: string): TransactionStatus | undefined;
  /** Transactions of a slot of about the last 150. */
  recentSignatures(slot: number): readonly string[];
  /** Why a validator would not even execute the transaction; null when it would. */
  refusal(transaction: WireTransaction): 'BlockhashNotFound' | 'AlreadyProcessed' | null;
  /** Executes the transaction in the open slot. */
  submit(transaction: WireTransaction, options: { verifySignatures: boolean }): Submission;
  /** A transaction that is in a block or in the open slot. */
  record(position: Position): Promise<TransactionRecord | null>;
  /** Puts an account outside of any transaction; kept and announced like any other change. Null removes it. */
  setAccount(address: string, state: AccountState | null): void;
  /** Closes the open slot and opens the next; resolves when the closed one is on disk. */
  advance(): Promise<void>;
  listen(listener: ChainListener): () => void;
  /** Transactions of all closed blocks. */
  transactionCount(): number;
  /** Unix seconds of the open slot. */
  time(): number;
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
  const blockhashes = createBlockhashQueue();
  const statuses = createStatusCache();
  const events = createChainEvents(log);
  /** Closed blocks that are not finalized. */
  const unfinalized = new Map<number, Block>();

  let head = await restore();
  let confirmed = head?.slot ?? 0;
  let finalized = Math.max(0, confirmed - FINALITY_SLOTS);
  let records: TransactionRecord[] = [];
  let changed = new Map<string, AccountState | null>();
  let openSlot = head === null ? 0 : head.slot + 1;
  let openTime = 0;
  let writing: Promise<void> = Promise.resolve();
  enterOpenSlot();

  async function restore(): Promise<BlockHeader | null> {
    const newest = await store.newestBlock();
    if (newest === null) return null;
    const from = Math.max(0, newest.slot - BLOCKHASH_VALID_BLOCKS + 1);
    for (const slot of await store.blockSlots(from, newest.slot, BLOCKHASH_VALID_BLOCKS)) {
      const header = await store.block(slot);
      if (header === null) continue;
      blockhashes.add(header);
      if (header.transactionCount === 0) continue;
      for (const { signature, index, err } of await store.summariesOfBlock(slot)) {
        statuses.add(signature, { slot, index, err });
      }
    }
    return newest;
  }

  function enterOpenSlot(): void {
    openTime = Math.max(now(), head?.blockTime ?? 0);
    vm.enterSlot(openSlot, openTime, blockhashes.newestFirst());
  }

  function openHeight(): number {
    return head === null ? 0 : head.blockHeight + 1;
  }

  function sealOpenSlot(): Block {
    const previousBlockhash = head?.blockhash ?? genesisHash;
    const hash = createHash('sha256').update(`${previousBlockhash} ${openSlot}`);
    for (const record of records) hash.update(record.transaction.signatures[0] ?? '');
    const header: BlockHeader = {
      slot: openSlot,
      parentSlot: head?.slot ?? 0,
      blockHeight: openHeight(),
      blockhash: base58.encode(hash.digest()),
      previousBlockhash,
      blockTime: openTime,
      transactionCount: records.length,
      totalTransactions: (head?.totalTransactions ?? 0) + records.length,
    };
    return { header, records, accounts: changed };
  }

  function confirm(block: Block): void {
    confirmed = block.header.slot;
    events.emit({ type: 'confirmed', slot: confirmed, block });
    const root = Math.max(0, confirmed - FINALITY_SLOTS);
    while (finalized < root) {
      finalized += 1;
      events.emit({ type: 'finalized', slot: finalized, block: unfinalized.get(finalized) ?? null });
      unfinalized.delete(finalized);
    }
  }

  function slotAt(commitment: Commitment): number {
    if (commitment === 'processed') return openSlot;
    return commitment === 'confirmed' ? confirmed : finalized;
  }

  function lastValidBlockHeight(blockhash: string): number | null {
    const entry = blockhashes.find(blockhash);
    return entry === undefined ? null : entry.blockHeight + BLOCKHASH_VALID_BLOCKS;
  }

  return {
    genesisHash,
    slot: slotAt,
    blockHeight: (commitment) => openHeight() - (openSlot - slotAt(commitment)),
    latestBlockhash(commitment) {
      const entry = blockhashes.newestUpTo(slotAt(commitment));
      if (entry === undefined) throw new Error('no slot has been closed yet: there is no blockhash');
      return {
        slot: entry.slot,
        blockhash: entry.blockhash,
        lastValidBlockHeight: entry.blockHeight + BLOCKHASH_VALID_BLOCKS,
      };
    },
    lastValidBlockHeight,
    recentStatus: statuses.find,
    recentSignatures: statuses.signaturesIn,
    refusal(transaction) {
      if (lastValidBlockHeight(transaction.message.recentBlockhash) === null) return 'BlockhashNotFound';
      return statuses.find(transaction.signature) === undefined ? null : 'AlreadyProcessed';
    },
    submit(transaction, options) {
      const execution = executeTransaction(vm, base58, transaction, options);
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
      statuses.add(transaction.signature, { slot: openSlot, index: record.index, err: execution.meta.err });
      for (const [address, state] of execution.changes) changed.set(address, state);
      events.emit({ type: 'processed', slot: openSlot, record, changes: execution.changes });
      return { landed: true, record };
    },
    async record(position) {
      if (position.slot === openSlot) return records[position.index] ?? null;
      const block = unfinalized.get(position.slot);
      return block === undefined ? store.record(position) : (block.records[position.index] ?? null);
    },
    setAccount(address, state) {
      vm.setAccount(address, state);
      changed.set(address, state);
      events.emit({ type: 'processed', slot: openSlot, record: null, changes: new Map([[address, state]]) });
    },
    advance() {
      const block = sealOpenSlot();
      head = block.header;
      blockhashes.add(block.header);
      unfinalized.set(openSlot, block);
      statuses.forgetBelow(openSlot - BLOCKHASH_VALID_BLOCKS);
      records = [];
      changed = new Map();
      openSlot += 1;
      enterOpenSlot();
      events.emit({ type: 'slot', slot: openSlot, parent: block.header.slot, root: finalized });
      // Blocks reach the disk in order, and count as confirmed only then: what a client saw confirmed survives kill -9.
      writing = writing.then(async () => {
        await store.writeBlock(block);
        confirm(block);
      });
      return writing;
    },
    listen: events.listen,
    transactionCount: () => head?.totalTransactions ?? 0,
    time: () => openTime,
  };
}
