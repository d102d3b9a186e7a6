#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { describeConversion } from './convert/describe.js';
import { InferenceError } from './errors.js';

const USAGE = `Usage: npm run model -- convert FOLDER --to PRECISION [options]

Writes a model's weights in another precision beside those in fp32, and reports what that costs.

  FOLDER            a model in Hugging Face's layout, with onnx/model.onnx in fp32
  --to PRECISION    fp16: half the size, computed with in fp32
                    int8, int4: weights of matrix products in blocks of 32, a quarter and an eighth of the size
  --samples FILE    a JSON list of { "prompt": …, "text": … } to compare on; default: the model's greedy-outputs.json
  --force           write over a file that is there
  --json            the report as JSON
  --help            this text`;

const PRECISIONS = ['fp16', 'int8', 'int4'] as const;
const WRONG_USE = 2;

class UsageError extends Error {}

function readCommand(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      samples: { type: 'string' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) return null;
  const [command, directory, ...more] = positionals;
  if (command !== 'convert') throw new UsageError(`unknown command ${command}: the only one is convert`);
  if (directory === undefined || more.length > 0) throw new UsageError('convert takes one folder');
  const precision = PRECISIONS.find((one) => one === values.to);
  if (precision === undefined) throw new UsageError(`--to must be one of ${PRECISIONS.join(', ')}`);
  return { directory, precision, samples: values.samples ?? null, force: values.force, json: values.json };
}

async function main(argv: readonly string[]): Promise<number> {
  const command = readCommand(argv);
  if (command === null) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  // Loaded late: asking for help needs no runtime.
  const { convertModel } = await import('./convert/convert-model.js');
  const report = await convertModel(command);
  const lines = command.json ? [JSON.stringify(report, null, 2)] : describeConversion(report);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUse = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isUse && !(error instanceof InferenceError)) throw error;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUse) process.stderr.write('Try --help.\n');
  process.exitCode = isUse ? WRONG_USE : 1;
}
