import type { JobRow } from '@inferscan/api/client';
import type { Life } from '@/components/life-line/geometry';
import type { LookState } from '@/components/state-shape';

/** How a job's state is shown: a look, a word, and for those who ask a sentence. */
export interface JobState {
  look: LookState;
  word: string;
  why: string;
}

type Told = Pick<JobRow, 'status' | 'resultState' | 'resultReason' | 'queuePosition' | 'queueLength'>;

/** What a job's status and its result together say. */
export function jobState(job: Told): JobState {
  switch (job.status) {
    case 'queued':
      return { look: 'waiting', word: waitingWord(job), why: 'It waits in the market’s queue for a node.' };
    case 'running':
      return { look: 'running', word: 'Running', why: 'A node runs it now.' };
    case 'finished':
      return finishedState(job);
    case 'done':
      return doneState(job);
    case 'ended':
      return {
        look: 'done',
        word: 'Ended early',
        why: 'Its poster ended it and got the rest of the escrow back.',
      };
    case 'stopped':
      return {
        look: 'failed',
        word: 'Node quit',
        why: 'Its node gave it up; the escrow waits to be recovered.',
      };
    case 'delisted':
      return {
        look: 'done',
        word: 'Taken back',
        why: 'Its poster took it out of the queue and got the escrow back.',
      };
    case 'recovered':
      return { look: 'done', word: 'Recovered', why: 'Its node gave it up; the poster got the escrow back.' };
    case 'unqueued':
      return {
        look: 'waiting',
        word: 'In no queue',
        why: 'An admin closed its run, and it stands in no queue.',
      };
  }
}

function finishedState({ resultState, resultReason }: Told): JobState {
  if (resultState === 'failed') {
    return { look: 'failed', word: 'Failed', why: resultReason ?? 'Its result says that it failed.' };
  }
  if (resultState === 'stopped') {
    return { look: 'done', word: 'Stopped', why: resultReason ?? 'Its result says that it was stopped.' };
  }
  if (resultState === 'success')
    return { look: 'done', word: 'Done', why: 'Its node finished it and posted a result.' };
  return {
    look: 'done',
    word: 'Finished',
    why: resultReason ?? 'Its node finished it; the result has not been read yet.',
  };
}

/** Whether its node finished it, or added the result after its poster had ended it, lies before the index. */
function doneState(job: Told): JobState {
  if (job.resultState === 'failed' || job.resultState === 'stopped') return finishedState(job);
  return { look: 'done', word: 'Done', why: 'It was done, with a result, before the index began.' };
}

function waitingWord({ queuePosition, queueLength }: Told): string {
  if (queuePosition === null) return 'Waiting';
  return queueLength === null
    ? `Waiting, ${ordinal(queuePosition)}`
    : `Waiting, ${ordinal(queuePosition)} of ${queueLength}`;
}

/** 1st, 2nd, 3rd, 11th, 21st. */
export function ordinal(value: number): string {
  const last = value % 10;
  const teen = Math.floor((value % 100) / 10) === 1;
  const ending = teen ? 'th' : last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th';
  return `${value}${ending}`;
}

const OPEN: ReadonlySet<JobRow['status']> = new Set(['queued', 'running', 'unqueued']);

/** The times of a job. One that is over without a known end has ended when it was last seen. */
export function lifeOf(job: Pick<JobRow, 'status' | 'listedAt' | 'startedAt' | 'endedAt' | 'timeout'>): Life {
  const { listedAt, startedAt, timeout } = job;
  const endedAt = OPEN.has(job.status) ? null : (job.endedAt ?? startedAt ?? listedAt);
  return { listedAt, startedAt: job.status === 'queued' ? null : startedAt, endedAt, timeout };
}

/** Who brought a job to its end, for the full life line. */
export function endingOf(status: JobRow['status']): string {
  switch (status) {
    case 'done':
      return 'settled before the index began';
    case 'finished':
      return 'finished by its node';
    case 'ended':
      return 'ended by its poster';
    case 'stopped':
      return 'given up by its node';
    case 'delisted':
      return 'taken back by its poster';
    case 'recovered':
      return 'recovered by its poster';
    default:
      return 'ended';
  }
}

/** What a job runs, as far as its definition was read. */
export function workName(job: Pick<JobRow, 'model' | 'task' | 'reasoning'>): {
  name: string;
  known: boolean;
} {
  if (job.model === null) return { name: job.task ?? 'not an inference job', known: job.task !== null };
  return { name: job.reasoning ? `${job.model}, reasoning` : job.model, known: true };
}
