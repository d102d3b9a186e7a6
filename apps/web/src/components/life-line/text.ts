import { durationText } from '@/format/duration';
import type { LookState } from '../state-shape';
import type { LifeSpans } from './geometry';

/** What a life line shows, as a sentence for those who do not see it. */
export function lifeText(spans: LifeSpans, state: LookState): string {
  const wait = durationText(spans.wait);
  const run = durationText(spans.run);
  if (state === 'waiting') return `Waiting for ${wait}.`;
  if (state === 'running')
    return `Waited ${wait}, running for ${run}, at most ${durationText(spans.remaining)} more.`;
  if (spans.run === 0 && spans.remaining === 0 && spans.wait > 0 && state === 'done')
    return `Waited ${wait}.`;
  return `Waited ${wait}, ran ${run}${state === 'failed' ? ', failed' : ''}.`;
}
