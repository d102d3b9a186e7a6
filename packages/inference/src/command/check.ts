import { parseArgs } from 'node:util';

import { PRECISIONS } from '../contract.js';
import { InferenceError } from '../errors.js';
import { type Command, UsageError } from './command.js';

const DEFAULT_TOKENS = 64;

export const check: Command = {
  summary: 'compare what models give and how fast they are on a GPU, or another provider, with the processor',
  help: `Usage: npm run model -- check FOLDER… --provider NAME [options]

Asks each model the same things on the processor and on the provider, and says whether tokens are the same, how far numbers are
apart, whether results repeat, and how fast both are.

  FOLDER            a model in Hugging Face's layout; may be given several times
  --provider NAME   execution provider of ONNX Runtime, such as webgpu, cuda or coreml
  --precision P     fp32, fp16, int8 or int4 (default: the most precise that the model has)
  --tokens N        of each text (default: ${DEFAULT_TOKENS})
  --threads N       threads per operator on the processor (default: 1)
  --json            the reports as JSON

Exit codes: 0 all models are fit for use on that provider, 1 one is not, or the provider does not work here, 2 wrong use.`,
  async run(argv) {
    const { values, positionals: folders } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        provider: { type: 'string' },
        precision: { type: 'string' },
        tokens: { type: 'string', default: String(DEFAULT_TOKENS) },
        threads: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
    });
    const { provider, json } = values;
    if (folders.length === 0) throw new UsageError('check takes at least one folder');
    if (provider === undefined) throw new UsageError('--provider is missing');
    const precision = PRECISIONS.find((one) => one === values.precision);
    if (values.precision !== precision) {
      throw new UsageError(`--precision must be one of ${PRECISIONS.join(', ')}`);
    }
    const tokens = wholeNumber('--tokens', values.tokens, 100_000);
    const threads = wholeNumber('--threads', values.threads, 256);
    // Loaded late: asking for help needs no runtime.
    const { compareProviders } = await import('../compare/compare-providers.js');
    const { describeComparison, problemsOf } = await import('../compare/describe.js');
    let fit = true;
    for (const directory of folders) {
      try {
        const report = await compareProviders({ directory, provider, precision, tokens, threads });
        const problems = problemsOf(report);
        const lines = json ? [JSON.stringify({ ...report, problems })] : describeComparison(report);
        process.stdout.write(`${lines.join('\n')}\n`);
        fit &&= problems.length === 0;
      } catch (error) {
        if (!(error instanceof InferenceError)) throw error;
        process.stderr.write(`${directory}: ${error.message}\n`);
        fit = false;
      }
    }
    return fit ? 0 : 1;
  },
};

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from 1 to ${most}`);
}
