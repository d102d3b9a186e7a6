import { durationText } from '@/format/duration';
import type { LookState } from '../state-shape';
import type { LifeSpans } from './geometry';

/** How long a job ran by the chain's clock, which counts whole seconds. */
export function ranText(seconds: number): string {
  return seconds === 0 ? 'under 1 s' : durationText(seconds);
}

/** What a life line shows, as a sentence for those who do not see it. */
export function lifeText(spans: LifeSpans, state: LookState): string {
  const wait = durationText(spans.wait);
  if (state === 'waiting') return `Waiting for ${wait}.`;
  if (state === 'running') {
    return `Waited ${wait}, running for ${durationText(spans.run)}, at most ${durationText(spans.remaining)} more.`;
  }
  if (!spans.started) return `Waited ${wait}.`;
  return `Waited ${wait}, ran ${ranText(spans.run)}${state === 'failed' ? ', failed' : ''}.`;
}
