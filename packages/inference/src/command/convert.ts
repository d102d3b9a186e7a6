import { parseArgs } from 'node:util';

import { describeConversion } from '../convert/describe.js';
import { type Command, UsageError } from './command.js';

const PRECISIONS = ['fp16', 'int8', 'int4'] as const;

export const convert: Command = {
  summary: "write a model's weights in another precision, and say what that costs",
  help: `Usage: npm run model -- convert FOLDER --to PRECISION [options]

Writes weights beside those in fp32, where the engine finds them, and compares what both predict.

  FOLDER            a model in Hugging Face's layout, with onnx/model.onnx in fp32
  --to PRECISION    fp16: half the size, computed with in fp32
                    int8, int4: weights of matrix products in blocks of 32, a quarter and an eighth of the size
  --samples FILE    a JSON list of { "prompt": …, "text": … } to compare on; default: the model's greedy-outputs.json
  --force           write over a file that is there
  --json            the report as JSON`,
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        samples: { type: 'string' },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [directory, ...more] = positionals;
    if (directory === undefined || more.length > 0) throw new UsageError('convert takes one folder');
    const precision = PRECISIONS.find((one) => one === values.to);
    if (precision === undefined) throw new UsageError(`--to must be one of ${PRECISIONS.join(', ')}`);
    // Loaded late: asking for help needs no runtime.
    const { convertModel } = await import('../convert/convert-model.js');
    const { samples = null, force, json } = values;
    const report = await convertModel({ directory, precision, samples, force });
    const lines = json ? [JSON.stringify(report, null, 2)] : describeConversion(report);
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  },
};
