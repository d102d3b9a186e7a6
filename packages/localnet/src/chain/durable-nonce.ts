import { createHash } from 'node:crypto';
import type { Base58 } from '../encodings/base58.js';
import { isWritableIndex, type WireMessage } from '../encodings/transaction-wire.js';
import type { Execution } from './execute.js';
import type { AccountState } from './types.js';
import type { Vm } from './vm.js';

const SYSTEM_PROGRAM = '11111111111111111111111111111111';
const ADVANCE_NONCE_ACCOUNT = 4;
const NONCE_BYTES = 80;
const VERSION_CURRENT = 1;
const STATE_INITIALIZED = 1;

/**
 * Finds the nonce account by which a message lives instead of by a recent blockhash: its first instruction advances
 * that account, which holds the message's "blockhash", and the account's authority signs. Null when there is none.
 */
export function nonceAccountOf(
  message: WireMessage,
  account: (address: string) => AccountState | null,
  base58: Base58,
): string | null {
  const [first] = message.instructions;
  if (first === undefined || message.staticKeys[first.programIdIndex] !== SYSTEM_PROGRAM) return null;
  const data = Buffer.from(first.data);
  if (data.length < 4 || data.readUInt32LE(0) !== ADVANCE_NONCE_ACCOUNT) return null;
  const [index] = first.accounts;
  if (index === undefined || !isWritableIndex(message, index)) return null;
  const address = message.staticKeys[index];
  const state = address === undefined ? null : account(address);
  if (address === undefined || state?.owner !== SYSTEM_PROGRAM || state.data.length !== NONCE_BYTES)
    return null;
  const nonce = Buffer.from(state.data);
  if (nonce.readUInt32LE(0) !== VERSION_CURRENT || nonce.readUInt32LE(4) !== STATE_INITIALIZED) return null;
  if (base58.encode(nonce.subarray(40, 72)) !== message.recentBlockhash) return null;
  const authority = base58.encode(nonce.subarray(8, 40));
  const signs = first.accounts.some(
    (signer) => signer < message.header.numRequiredSignatures && message.staticKeys[signer] === authority,
  );
  return signs ? address : null;
}

/**
 * Spends the nonce of a transaction that failed, as validators do: it paid its fee and must not come again. The
 * virtual machine takes back all that a failed transaction did, the advance of its nonce included.
 */
export function spendNonce(
  vm: Vm,
  execution: Execution,
  nonceAccount: string,
  blockhash: Uint8Array,
): Execution {
  const state = vm.account(nonceAccount);
  if (!execution.landed || execution.meta.err === null || state === null) return execution;
  const data = Buffer.from(state.data);
  createHash('sha256').update('DURABLE_NONCE').update(blockhash).digest().copy(data, 40);
  const spent = { ...state, data: new Uint8Array(data) };
  vm.setAccount(nonceAccount, spent);
  return {
    ...execution,
    changes: new Map(execution.changes).set(nonceAccount, spent),
    // When it paid the fee too, what it was before that is noted already.
    previous: new Map([[nonceAccount, state], ...execution.previous]),
  };
}
