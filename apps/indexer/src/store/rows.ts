import type { RowOf, TABLES } from '@inferscan/db';
import type {
  BesideCalls,
  ChainTransaction,
  JobRecord,
  LedgerEntry,
  MarketRecord,
  NodeRecord,
  ProtocolEvent,
  RunRecord,
} from '@inferscan/protocol';

import { cidOf } from './cid.js';

type Tables = typeof TABLES;

export const transactionRow = (
  tx: ChainTransaction,
  beside: BesideCalls | undefined,
): RowOf<Tables['chainTransaction']> => ({
  signature: tx.signature,
  slot: tx.slot,
  index: tx.index,
  block_time: tx.blockTime,
  error: tx.error,
  fee_payer: tx.feePayer,
  fee: tx.fee,
  beside_calls: beside,
});

export const eventRow = (event: ProtocolEvent): RowOf<Tables['event']> => ({
  position: event.position,
  signature: event.signature,
  slot: event.slot,
  index: event.index,
  path: event.path,
  block_time: event.blockTime,
  failed: event.failed,
  program: event.program,
  form: event.form,
  instruction: event.instruction,
  accounts: event.accounts,
  args: event.args,
  movements: event.movements,
  market: event.market,
  job: event.job,
  run: event.run,
  node: event.node,
  project: event.project,
});

export const marketRow = (market: MarketRecord): RowOf<Tables['market']> => ({
  address: market.address,
  authority: market.authority,
  vault: market.vault,
  job_price: market.jobPrice,
  job_timeout: market.jobTimeout,
  job_expiration: market.jobExpiration,
  job_type: market.jobType,
  node_access_key: market.nodeAccessKey,
  node_xnos_minimum: market.nodeXnosMinimum,
  queue_type: market.queueType,
  queue: market.queue,
  vault_balance: market.vaultBalance,
  opened_at: market.openedAt,
  closed_at: market.closedAt,
  updated_position: market.updatedPosition,
});

export const jobRow = (job: JobRecord): RowOf<Tables['job']> => ({
  id: job.id,
  address: job.address,
  market: job.market,
  project: job.project,
  payer: job.payer,
  node: job.node,
  run_id: job.runId,
  status: job.status,
  definition_digest: job.definitionDigest,
  definition_cid: cidOf(job.definitionDigest),
  result_digest: job.resultDigest,
  result_cid: job.resultDigest === null ? null : cidOf(job.resultDigest),
  price: job.price,
  timeout: job.timeout,
  listed_at: job.listedAt,
  started_at: job.startedAt,
  ended_at: job.endedAt,
  deposited: job.deposited,
  paid: job.paid,
  refunded: job.refunded,
  fees: job.fees,
  listed_signature: job.listedSignature,
  listed_position: job.listedPosition,
  closed_at: job.closedAt,
  updated_position: job.updatedPosition,
  was_stopped: job.wasStopped ?? false,
  priced_per_job: job.pricedPerJob ?? false,
});

export const runRow = (run: RunRecord): RowOf<Tables['run']> => ({
  id: run.id,
  address: run.address,
  job_id: run.jobId,
  job: run.job,
  market: run.market,
  node: run.node,
  payer: run.payer,
  started_at: run.startedAt,
  ended_at: run.endedAt,
  ended_by: run.endedBy,
  paid: run.paid,
  started_signature: run.startedSignature,
  ended_signature: run.endedSignature,
  started_position: run.startedPosition,
});

export const nodeRow = (node: NodeRecord): RowOf<Tables['node']> => ({
  address: node.address,
  first_seen_at: node.firstSeenAt,
  last_seen_at: node.lastSeenAt,
  queued_in: node.queuedIn,
  runs_started: node.runsStarted,
  runs_finished: node.runsFinished,
  runs_ended: node.runsEnded,
  runs_quit: node.runsQuit,
  earned: node.earned,
});

export const ledgerRow = (entry: LedgerEntry): RowOf<Tables['ledgerEntry']> => ({
  position: entry.position,
  signature: entry.signature,
  slot: entry.slot,
  block_time: entry.blockTime,
  market: entry.market,
  job_id: entry.jobId,
  kind: entry.kind,
  from: entry.from,
  to: entry.to,
  from_owner: entry.fromOwner,
  to_owner: entry.toOwner,
  amount: entry.amount,
  vault_delta: entry.vaultDelta,
});
