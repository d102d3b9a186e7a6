import type { NodeHardware, NodeRow, SuccessRate } from '@inferscan/api/client';
import type { LookState } from '@/components/state-shape';
import { ordinal } from '@/features/jobs/lib/state';
import { percentText } from '@/format/ratio';

/** What a node does now. */
export function nodeState(node: Pick<NodeRow, 'state' | 'queuePosition'>): {
  look: LookState;
  word: string;
  why: string;
} {
  if (node.state === 'running')
    return { look: 'running', word: 'Running a job', why: 'A job runs on it now.' };
  if (node.state === 'queued') {
    const place = node.queuePosition === null ? '' : `, ${ordinal(node.queuePosition)} in line`;
    return {
      look: 'waiting',
      word: `Waiting${place}`,
      why: 'It stands in a market’s queue and takes the next job.',
    };
  }
  return { look: 'done', word: 'Away', why: 'It runs nothing and waits in no queue.' };
}

/** A success rate as words: the rate, its interval, the sample. */
export function successText(success: SuccessRate): { rate: string; interval: string; sample: string } {
  const { rate, lower, upper, trials } = success;
  return {
    rate: percentText(rate, trials),
    interval: `${percentText(lower, trials).replace(' %', '')} to ${percentText(upper, trials)}`,
    sample: `${trials} ${trials === 1 ? 'run' : 'runs'}`,
  };
}

/** A machine in one line: its GPUs where it has some, else its CPU. */
export function machineText(hardware: NodeHardware): string {
  if (hardware.gpus.length === 0) return shortCpu(hardware.cpuModel);
  const [first] = hardware.gpus;
  return hardware.gpus.length === 1
    ? (first?.name ?? '')
    : `${hardware.gpus.length} × ${first?.name ?? 'GPU'}`;
}

/** A CPU's name without trade marks and clock rates. */
export function shortCpu(model: string): string {
  return model
    .replace(/\((R|TM|r|tm)\)/g, '')
    .replace(/\s+@\s.*$/, '')
    .replace(/\s+(CPU|Processor)\b/g, '')
    .replace(/\s{2,}/g, ' ')
    .trim();
}
