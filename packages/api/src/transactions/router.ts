import { chainPosition } from '@inferscan/protocol';
import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { DomainError } from '../errors/domain-error.js';
import { EVENT_COLUMNS, type EventRow, type EventSqlRow, toEventRow } from '../jobs/events.js';
import { LEDGER_COLUMNS, type LedgerRow, type LedgerSqlRow, toLedgerRow } from '../jobs/ledger.js';
import { type Finality, finalityOf, readFinalizedSlot } from '../network/finality.js';
import { readEventsFrom } from '../network/kept.js';
import { big, intOrNull, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { SignatureText } from '../read/inputs.js';
import { procedure, router } from '../trpc.js';

/** A transaction that named the jobs program, with what it did there. */
export interface TransactionDetail {
  signature: string;
  slot: bigint;
  index: number;
  blockTime: number | null;
  finality: Finality;
  /** The chain's error as JSON text; null when it succeeded. */
  error: string | null;
  feePayer: string;
  /** Lamports. */
  fee: bigint;
  events: EventRow[];
  /** Whether its events are kept; what followed from them is in any case. */
  eventsKept: boolean;
  ledger: LedgerRow[];
}

export function transactionsRouter(deps: RouterDeps) {
  return router({
    bySignature: procedure
      .input(z.strictObject({ signature: SignatureText }))
      .query(async ({ input }): Promise<TransactionDetail> => {
        const detail = await deps.read((reader) => readTransaction(reader, input.signature));
        if (detail === null) {
          throw new DomainError(
            'not_found',
            `No transaction ${input.signature} of the jobs program in the index.`,
          );
        }
        return detail;
      }),
  });
}

async function readTransaction(reader: Reader, signature: string): Promise<TransactionDetail | null> {
  const row = await reader.first<{
    slot: Numeric;
    index: number;
    block_time: Numeric | null;
    error: string | null;
    fee_payer: string;
    fee: Numeric;
  }>('select slot, index, block_time, error, fee_payer, fee from chain_transaction where signature = $1', [
    signature,
  ]);
  if (row === undefined) return null;
  const finalizedSlot = await readFinalizedSlot(reader);
  const slot = big(row.slot);
  // Its place in the chain names the partition and the rows in it.
  const [first, next] = [chainPosition(slot, row.index), chainPosition(slot, row.index + 1)];
  const events = await reader.rows<EventSqlRow>(
    `select ${EVENT_COLUMNS} from event e where e.position >= $1 and e.position < $2 order by e.position`,
    [first, next],
  );
  const ledger = await reader.rows<LedgerSqlRow>(
    `select ${LEDGER_COLUMNS} from ledger_entry l where l.position >= $1 and l.position < $2 order by l.position`,
    [first, next],
  );
  return {
    signature,
    slot,
    index: row.index,
    blockTime: intOrNull(row.block_time),
    finality: finalityOf(slot, finalizedSlot),
    error: row.error,
    feePayer: row.fee_payer,
    fee: big(row.fee),
    events: events.map((event) => toEventRow(event, finalizedSlot)),
    eventsKept: (await readEventsFrom(reader, first)) === null,
    ledger: ledger.map((entry) => toLedgerRow(entry, finalizedSlot)),
  };
}
