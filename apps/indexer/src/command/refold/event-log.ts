import { copyFields, copyLines, copyOut, type DatabaseClient } from '@inferscan/db';
import type { BesideCalls, ProtocolEvent, StoredTransaction, TokenMovement } from '@inferscan/protocol';

/** Events of one transaction as they are stored. */
export interface LoggedTransaction extends StoredTransaction {
  readonly slot: bigint;
}

// Slot, index and path are in the position.
const EVENTS = `
  COPY (
    SELECT position, signature, block_time, failed, program, form, instruction, accounts, args, movements,
           market, job, run, node, project
    FROM event WHERE slot >= $FROM ORDER BY position
  ) TO STDOUT`;

const BESIDE = `
  COPY (
    SELECT signature, slot, index, block_time, beside_calls FROM chain_transaction
    WHERE beside_calls IS NOT NULL AND slot >= $FROM ORDER BY slot, index
  ) TO STDOUT`;

export interface EventLogClients {
  /** Two sessions with the same snapshot; nothing else may be asked of them meanwhile. */
  readonly events: DatabaseClient;
  readonly beside: DatabaseClient;
}

/** Every transaction that has events or did something beside them, in chain order, as a stream: memory stays flat. */
export async function* readEventLog(
  { events, beside }: EventLogClients,
  fromSlot = 0n,
): AsyncGenerator<LoggedTransaction[], void> {
  const besides = readBeside(beside, fromSlot);
  let next = (await besides.next()).value;
  let open: OpenTransaction | undefined;
  const close = ({ events: logged, ...rest }: OpenTransaction): LoggedTransaction => ({
    ...rest,
    events: logged,
  });
  for await (const lines of copyLines(copyOut(events, EVENTS.replace('$FROM', String(fromSlot))))) {
    const done: LoggedTransaction[] = [];
    for (const line of lines) {
      const event = readEvent(line, open);
      if (open !== undefined && open.signature === event.signature) {
        open.events.push(event);
        continue;
      }
      if (open !== undefined) done.push(close(open));
      while (next && isBefore(next, event)) {
        done.push(withoutEvents(next));
        next = (await besides.next()).value;
      }
      const { signature, slot, index, blockTime, failed } = event;
      const found = next && next.signature === signature ? next : null;
      if (found) next = (await besides.next()).value;
      open = { signature, slot, index, blockTime, failed, events: [event], beside: found?.beside ?? null };
    }
    if (done.length > 0) yield done;
  }
  const rest: LoggedTransaction[] = open === undefined ? [] : [close(open)];
  for (; next; next = (await besides.next()).value) rest.push(withoutEvents(next));
  if (rest.length > 0) yield rest;
}

interface OpenTransaction extends LoggedTransaction {
  readonly events: ProtocolEvent[];
}

interface BesideRow {
  readonly signature: string;
  readonly slot: bigint;
  readonly index: number;
  readonly blockTime: bigint | null;
  readonly beside: BesideCalls;
}

const isBefore = (left: BesideRow, right: ProtocolEvent): boolean =>
  left.slot < right.slot || (left.slot === right.slot && left.index < right.index);

const withoutEvents = (row: BesideRow): LoggedTransaction => ({ ...row, failed: false, events: [] });

async function* readBeside(client: DatabaseClient, fromSlot: bigint): AsyncGenerator<BesideRow, void> {
  for await (const lines of copyLines(copyOut(client, BESIDE.replace('$FROM', String(fromSlot))))) {
    for (const line of lines) {
      const [signature, slot, index, blockTime, json] = copyFields(line);
      const told = JSON.parse(json ?? '{}') as StoredBeside;
      yield {
        signature: signature ?? '',
        slot: BigInt(slot ?? 0),
        index: Number(index),
        blockTime: blockTime == null ? null : BigInt(blockTime),
        beside: {
          signature: told.signature,
          movements: told.movements.map(readMovement),
          balances: told.balances.map(({ account, before, after }) => ({
            account,
            before: before === null ? null : BigInt(before),
            after: after === null ? null : BigInt(after),
          })),
          untold: told.untold,
        },
      };
    }
  }
}

/** Amounts are text in JSON. */
type Stored<Value> = Value extends bigint
  ? string
  : Value extends string | number | null
    ? Value
    : { readonly [Key in keyof Value]: Stored<Value[Key]> };
type StoredMovement = Stored<TokenMovement>;
type StoredBeside = Omit<BesideCalls, 'movements' | 'balances'> & {
  readonly movements: readonly StoredMovement[];
  readonly balances: readonly Stored<BesideCalls['balances'][number]>[];
};

const readMovement = (movement: StoredMovement): TokenMovement =>
  ({ ...movement, amount: BigInt(movement.amount) }) as TokenMovement;

/** Longer than any position or signature. */
const scratch = Buffer.alloc(256);

/** A part of a long text keeps all of it in memory; what lives on in records is copied. */
function copied(text: string): string {
  const length = scratch.write(text, 'latin1');
  return length < text.length ? text : scratch.toString('latin1', 0, length);
}

const NONE: readonly TokenMovement[] = [];

function readEvent(line: string, open: OpenTransaction | undefined): ProtocolEvent {
  const fields = copyFields(line);
  const [position, signature, blockTime, failed, program, form, instruction, accounts, args, movements] =
    fields;
  const [market, job, run, node, project] = fields.slice(10);
  if (position == null || signature == null || accounts == null || args == null) {
    throw new Error(`the event log holds a line that is none: ${line.slice(0, 100)}`);
  }
  const isSame = open?.signature === signature;
  return {
    position: copied(position),
    signature: isSame ? open.signature : copied(signature),
    slot: isSame ? open.slot : BigInt(position.slice(0, 12)),
    index: Number(position.slice(13, 19)),
    path: pathOf(position),
    blockTime: isSame ? open.blockTime : blockTime == null ? null : BigInt(blockTime),
    failed: failed === 't',
    program,
    form,
    instruction,
    accounts: JSON.parse(accounts),
    args: JSON.parse(args),
    market,
    job,
    run,
    node,
    project,
    movements:
      movements == null || movements === '[]'
        ? NONE
        : (JSON.parse(movements) as StoredMovement[]).map(readMovement),
  } as ProtocolEvent;
}

function pathOf(position: string): ProtocolEvent['path'] {
  const top = Number(position.slice(20, 23));
  const inner = Number(position.slice(24, 27));
  return inner === 0 ? [top] : [top, inner - 1];
}
