import type { ProviderComparison, ProviderRun } from './compare-providers.js';

/** Rounding of single precision comes to less, another computation to more. */
const TOLERANCE = 1e-2;

/** What is wrong with a provider; nothing where results may be taken from it. */
export function problemsOf({ other, sameTexts, greatestDistance }: ProviderComparison): string[] {
  return [
    ...(sameTexts && sameTexts.same < sameTexts.of ? ['other tokens than on the processor'] : []),
    ...(greatestDistance > TOLERANCE ? [`numbers more than ${TOLERANCE} apart`] : []),
    ...(other.repeats ? [] : ['other bits when it is asked again or in company']),
  ];
}

/** The comparison of one model as lines of text. */
export function describeComparison(comparison: ProviderComparison): string[] {
  const { model, task, precision, cpu, other, sameTexts, greatestDistance } = comparison;
  const problems = problemsOf(comparison);
  const what = sameTexts ? 'log-probabilities' : 'outputs';
  return [
    `${model} (${task}, ${precision}), ${other.runtime.name} ${other.runtime.version}`,
    ...[cpu, other].map((run) => `  ${run.runtime.provider.padEnd(8)}${describeRun(run)}`),
    ...(sameTexts ? [`  same tokens: ${sameTexts.same} of ${sameTexts.of} texts`] : []),
    `  ${what}: at most ${greatestDistance.toExponential(1)} apart`,
    `  ${problems.length === 0 ? 'fit for use' : `not fit for use: ${problems.join('; ')}`}`,
  ];
}

function describeRun({ perSecond, loadMs, schedule, repeats }: ProviderRun): string {
  const { alone, together } = perSecond;
  const speed =
    together === undefined
      ? `${alone.toFixed(1)} steps/s`
      : `${alone.toFixed(1)} tokens/s alone, ${together.toFixed(1)} with 8 requests at once`;
  const steps =
    schedule && (schedule.shared ? ', steps shared' : `, steps not shared (${schedule.hindrance})`);
  return `${speed}, loaded in ${loadMs.toFixed(0)} ms${steps ?? ''}, ${repeats ? 'the same' : 'OTHER'} bits each time`;
}
