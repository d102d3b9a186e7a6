import { resolve } from 'node:path';

import { createInferenceEngine, DEFAULT_MODELS_DIR } from '@inferscan/inference';

import { type Command, UsageError } from '../command/command.js';
import { readAsked, readJson } from './asked.js';
import { type ReceiptedOp, receiptsIn } from './document.js';
import { replay } from './replay.js';
import { describeReport, exitCodeOf, type ReplayReport } from './report.js';
import { parseReplay, REPLAY_HELP, type ReplayOptions } from './settings.js';

/** `replay FILE`: checks the receipts in it. */
export const replayCommand: Command = {
  summary: 'check a receipt: signature, claims, logits, and every bit again',
  help: REPLAY_HELP,
  async run(argv) {
    const options = parseReplay(argv);
    const reports = await replayFile(options);
    const text = options.json
      ? `${JSON.stringify(reports, null, 2)}\n`
      : reports.map(describeReport).join('\n');
    process.stdout.write(text);
    return exitCodeOf(reports);
  },
};

/** A report for each receipt of the file. */
async function replayFile(options: ReplayOptions): Promise<ReplayReport[]> {
  let ops: ReceiptedOp[];
  try {
    ops = receiptsIn(await readJson(options.file));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const modelsDir = resolve(options.modelsDir ?? DEFAULT_MODELS_DIR);
  const engine = await createInferenceEngine({
    modelsDir,
    threads: options.threads,
    providers: [...options.providers],
  });
  try {
    const reports: ReplayReport[] = [];
    for (const op of ops) {
      const asked = await readAsked(op.receipt, options);
      const { threads, expected, full } = options;
      reports.push(
        await replay(op, { engine, modelsDir, threads, expected, asked, full }, new AbortController().signal),
      );
    }
    return reports;
  } finally {
    await engine.close();
  }
}
