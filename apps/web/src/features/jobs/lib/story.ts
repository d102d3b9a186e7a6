import type { EventRow, LedgerRow, RunRow } from '@inferscan/api/client';
import type { LookState } from '@/components/state-shape';
import { spanText } from '@/format/duration';

/** A sentence whose amounts and addresses are drawn as such. */
export type StoryPart = string | { amount: bigint } | { node: string } | { account: string };

export interface StoryStep {
  look: LookState;
  parts: StoryPart[];
}

export interface StoryFacts {
  ledger: readonly LedgerRow[];
  runs: readonly RunRow[];
}

/** What one instruction meant for the job, told in the order in which it happened. */
export function storyStep(event: EventRow, facts: StoryFacts): StoryStep {
  if (event.failed) {
    return {
      look: 'failed',
      parts: [
        `Tried to ${ATTEMPT[event.instruction] ?? 'change it'}; the transaction failed and changed nothing`,
      ],
    };
  }
  const run = facts.runs.find((candidate) => candidate.startedSignature === event.signature);
  const moved = (kind: LedgerRow['kind']) =>
    facts.ledger
      .filter((entry) => entry.signature === event.signature && entry.kind === kind)
      .reduce((sum, entry) => sum + entry.amount, 0n);
  const timeout = event.args.timeout;

  switch (event.instruction) {
    case 'list':
    case 'assign':
      return { look: run ? 'running' : 'waiting', parts: listed(moved('deposit'), timeout, run, event) };
    case 'work':
      return {
        look: 'running',
        parts: ['Taken by node ', ...nodeParts(run?.node ?? event.node), ', which came to the queue'],
      };
    case 'claim':
      return { look: 'running', parts: ['Taken up again by node ', ...nodeParts(run?.node ?? event.node)] };
    case 'extend':
      return {
        look: 'running',
        parts: [
          timeout ? `Limit raised to ${spanText(Number(timeout))} for ` : 'Limit raised for ',
          { amount: moved('deposit') },
          ' more in escrow',
        ],
      };
    case 'finish':
      return { look: 'done', parts: ['Finished by its node', ...settled(moved('payout'), moved('refund'))] };
    case 'end':
      return { look: 'done', parts: ['Ended by its poster', ...settled(moved('payout'), moved('refund'))] };
    case 'complete':
      return { look: 'done', parts: ['Result handed in by its node'] };
    case 'delist':
      return { look: 'done', parts: ['Taken back by its poster', ...settled(0n, moved('refund'))] };
    case 'recover':
      return { look: 'done', parts: ['Escrow recovered by its poster', ...settled(0n, moved('refund'))] };
    case 'quit':
      return { look: 'failed', parts: ['Given up by its node; the escrow stays in the vault'] };
    case 'quitAdmin':
      return { look: 'failed', parts: ['Its run was closed by the market admin; it stands in no queue now'] };
    case 'clean':
    case 'cleanAdmin':
      return { look: 'done', parts: ['Account closed on chain; this record stays'] };
    default:
      return { look: 'done', parts: [`Instruction ${event.instruction}`] };
  }
}

function listed(
  deposit: bigint,
  timeout: string | undefined,
  run: RunRow | undefined,
  event: EventRow,
): StoryPart[] {
  const parts: StoryPart[] = ['Listed with ', { amount: deposit }, ' in escrow'];
  if (timeout !== undefined) parts.push(` for at most ${spanText(Number(timeout))}`);
  const node = run?.node ?? (event.instruction === 'assign' ? event.node : null);
  if (node === null || node === undefined) return parts;
  const how = event.instruction === 'assign' ? ', assigned to node ' : ', started at once on node ';
  return [...parts, how, ...nodeParts(node)];
}

function nodeParts(node: string | null): StoryPart[] {
  return node === null ? ['unknown'] : [{ node }];
}

function settled(paid: bigint, refunded: bigint): StoryPart[] {
  const parts: StoryPart[] = [];
  if (paid > 0n) parts.push(': ', { amount: paid }, ' to the node');
  if (refunded > 0n) parts.push(paid > 0n ? ', ' : ': ', { amount: refunded }, ' back to the poster');
  return parts;
}

const ATTEMPT: Partial<Record<EventRow['instruction'], string>> = {
  list: 'list it',
  assign: 'assign it to a node',
  extend: 'raise its limit',
  end: 'end it',
  finish: 'finish it',
  delist: 'take it back',
  recover: 'recover its escrow',
  quit: 'give it up',
  complete: 'hand in its result',
  clean: 'close its account',
};
