import type { ConversionReport } from './convert-model.js';

const KILOBYTE = 1_000;

/** The report as lines for a terminal. */
export function describeConversion({ path, bytes, weights, comparison }: ConversionReport): string[] {
  const size = (count: number): string => `${(count / KILOBYTE).toFixed(0)} kB`;
  const share = (100 * weights.converted) / (weights.converted + weights.kept);
  const lines = [
    `${path}: ${size(bytes.after)} instead of ${size(bytes.before)}; ` +
      `${share.toFixed(1)} % of ${(weights.converted + weights.kept).toLocaleString('en')} weights converted`,
  ];
  if (comparison === null)
    return [...lines, 'Not compared: there are no samples for this model (--samples).'];
  const { predictions, perplexity, meanDivergence, maxLogitDifference, sameChoice } = comparison;
  return [
    ...lines,
    `Over ${predictions.toLocaleString('en')} predicted tokens:`,
    `  same most likely token  ${(100 * sameChoice).toFixed(2)} %`,
    `  perplexity              ${perplexity.after.toFixed(4)} (${perplexity.before.toFixed(4)} in fp32)`,
    `  divergence, mean        ${meanDivergence.toExponential(2)} nats`,
    `  logit difference, most  ${maxLogitDifference.toPrecision(3)}`,
  ];
}
