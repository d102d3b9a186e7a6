import {
  type AccountMeta,
  AccountRole,
  type Address,
  appendTransactionMessageInstructions,
  type Blockhash,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getCompiledTransactionMessageDecoder,
  getTransactionEncoder,
  type Instruction,
  isSolanaError,
  partiallySignTransaction,
  pipe,
  type SignatureBytes,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  type Transaction,
} from '@solana/kit';
import { at, type Cast } from './cast.js';
import type { Draw, TransactionDraw } from './draw.js';
import type { Makers } from './general-instructions.js';

const MAX_BYTES = 1_232;

/** A transaction for both sides. */
export interface Drawn {
  readonly transaction: Transaction;
  /** The same in base64. */
  readonly wire: Base64;
  /** All accounts in the order in which the transaction counts them. */
  readonly keys: readonly Address[];
  readonly loaded: { readonly writable: readonly Address[]; readonly readonly: readonly Address[] };
  readonly version: 'legacy' | 0;
}

type Base64 = ReturnType<typeof getBase64EncodedWireTransaction>;

/** Builds and signs a transaction; null when no client could build it, or when it is too long to send. */
export async function drawTransaction(
  cast: Cast,
  makers: Makers,
  drawn: TransactionDraw,
  blockhash: Blockhash,
): Promise<Drawn | null> {
  const instructions = await Promise.all(
    drawn.instructions.map(async ({ kind, draw }) => {
      const make = makers[kind];
      if (make === undefined) throw new Error(`there is no instruction ${kind}`);
      return spoil(cast, draw, await make(cast, draw));
    }),
  );
  const compiled = compile(cast, drawn, instructions, blockhash);
  if (compiled === null) return null;
  const signers = Object.keys(compiled.signatures).flatMap(
    (address) => cast.signers.get(address as Address) ?? [],
  );
  const signed = await partiallySignTransaction(
    signers.map(({ keyPair }) => keyPair),
    compiled,
  );
  const transaction = withAllSignatures(signed, drawn.forged);
  if (getTransactionEncoder().encode(transaction).length > MAX_BYTES) return null;
  const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
  if (message.version === 1) throw new Error('nothing here builds transactions of version 1');
  const lookups = 'addressTableLookups' in message ? (message.addressTableLookups ?? []) : [];
  const loaded = {
    writable: lookups.flatMap(({ writableIndexes }) =>
      writableIndexes.map((index) => at(cast.addresses, index)),
    ),
    readonly: lookups.flatMap(({ readonlyIndexes }) =>
      readonlyIndexes.map((index) => at(cast.addresses, index)),
    ),
  };
  return {
    transaction,
    wire: getBase64EncodedWireTransaction(transaction),
    keys: [...message.staticAccounts, ...loaded.writable, ...loaded.readonly],
    loaded,
    version: message.version,
  };
}

function compile(
  cast: Cast,
  { version, payer }: TransactionDraw,
  instructions: readonly Instruction[],
  blockhash: Blockhash,
): Transaction | null {
  try {
    const message = pipe(
      createTransactionMessage({ version: 0 }),
      (draft) => setTransactionMessageFeePayer(at(cast.wallets, payer).address, draft),
      (draft) => setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 0n }, draft),
      (draft) => appendTransactionMessageInstructions(instructions, draft),
    );
    if (version === 'legacy') return compileTransaction({ ...message, version });
    if (version === 'v0') return compileTransaction(message);
    const tables = { [cast.table]: [...cast.addresses] };
    return compileTransaction(compressTransactionMessageUsingAddressLookupTables(message, tables));
  } catch (error) {
    // A program that is written to, or that pays: the client refuses to build that.
    if (isSolanaError(error)) return null;
    throw error;
  }
}

/** Signatures that are missing become zeros, as on the wire; a forged one is any bytes. */
function withAllSignatures(transaction: Transaction, forged: boolean): Transaction {
  const entries = Object.entries(transaction.signatures).map(([address, signature], index) => {
    const bytes = forged && index === 0 ? new Uint8Array(64).fill(7) : (signature ?? new Uint8Array(64));
    return [address, bytes as SignatureBytes] as const;
  });
  return { ...transaction, signatures: Object.fromEntries(entries) };
}

/** Makes an instruction wrong in the way that was drawn. */
function spoil(cast: Cast, draw: Draw, instruction: Instruction): Instruction {
  const { spoil: how } = draw;
  const accounts: readonly AccountMeta[] = instruction.accounts ?? [];
  if (how === null || accounts.length === 0) return instruction;
  const position = how.position % accounts.length;
  const changed = (change: (meta: AccountMeta) => AccountMeta): Instruction => ({
    ...instruction,
    accounts: accounts.map((meta, index) => (index === position ? change(meta) : plain(meta))),
  });
  switch (how.how) {
    case 'no account':
      return { ...instruction, accounts: accounts.filter((_meta, index) => index !== position).map(plain) };
    case 'another account': {
      const address = at(cast.addresses, how.another);
      return changed(({ role }) => ({
        address,
        role: cast.signers.has(address) ? role : withoutSigner(role),
      }));
    }
    case 'read-only':
      return changed(({ address, role }) => ({ address, role: withoutWriter(role) }));
    case 'no signer':
      return changed(({ address, role }) => ({ address, role: withoutSigner(role) }));
    default: {
      const data = instruction.data ?? new Uint8Array();
      return { ...instruction, data: data.slice(0, how.another % (data.length + 1)) };
    }
  }
}

const plain = ({ address, role }: AccountMeta): AccountMeta => ({ address, role });
const withoutSigner = (role: AccountRole): AccountRole =>
  role === AccountRole.WRITABLE || role === AccountRole.WRITABLE_SIGNER
    ? AccountRole.WRITABLE
    : AccountRole.READONLY;
const withoutWriter = (role: AccountRole): AccountRole =>
  role === AccountRole.WRITABLE_SIGNER || role === AccountRole.READONLY_SIGNER
    ? AccountRole.READONLY_SIGNER
    : AccountRole.READONLY;
