import type { InferenceSpec } from '@inferscan/formats';
import { type InferenceEngine, openScorer, type Precision } from '@inferscan/inference';

import { committedTo } from '../execution/committed-to.js';
import { chooseModel } from '../execution/model-choice.js';
import { answerOthers } from '../execution/other-tasks.js';
import { answerPrompts } from '../execution/text-generation.js';
import { answerersOf } from './answerers.js';
import { checkBinding, checkClaims, checkSignature, type Expectation, isClaimed } from './claims.js';
import type { ReceiptedOp } from './document.js';
import { checkOnePass } from './one-pass.js';
import { reExecute } from './re-execution.js';
import { type ReplayReport, type Stage, verdictOf } from './report.js';

/** What was asked for, as far as whoever replays has it. */
export interface Asked {
  readonly spec: InferenceSpec;
  readonly inputs: Exclude<InferenceSpec['inputs'], string>;
}

export interface ReplayDeps {
  readonly engine: InferenceEngine;
  readonly modelsDir: string;
  readonly threads: number;
  readonly expected: Expectation;
  /** null where there is no definition: then only what needs none is checked. */
  readonly asked: Asked | null;
  /** Run every input again, not only some. */
  readonly full: boolean;
}

/** Checks a receipt, the cheapest first, up to the first stage that fails. */
export async function replay(op: ReceiptedOp, deps: ReplayDeps, signal: AbortSignal): Promise<ReplayReport> {
  const { receipt } = op;
  const stages: Stage[] = [];
  for await (const stage of stagesOf(op, deps, signal)) {
    stages.push(stage);
    if (stage.outcome === 'failed') break;
  }
  return {
    op: receipt.op,
    node: receipt.node,
    job: receipt.job,
    model: receipt.model.name,
    precision: receipt.precision,
    verdict: verdictOf(stages),
    stages,
  };
}

async function* stagesOf(op: ReceiptedOp, deps: ReplayDeps, signal: AbortSignal): AsyncGenerator<Stage> {
  const { receipt } = op;
  const { asked, engine } = deps;
  yield checkSignature(op);
  yield checkBinding(op, deps.expected);
  yield checkClaims(op, asked?.spec ?? null);
  if (isClaimed(receipt)) {
    const detail = 'another engine ran it, which tells neither weights nor logits: nothing can be repeated';
    yield { name: 'model', outcome: 'skipped', detail };
    return;
  }
  if (asked === null) {
    yield { name: 'model', outcome: 'skipped', detail: 'without the definition nothing can be run' };
    return;
  }
  const { spec, inputs } = asked;
  const precision = receipt.precision as Precision;
  const { serve: _, ...wanted } = { ...spec, precision };
  const model = chooseModel(engine, wanted);
  if (!model.ok) {
    yield {
      name: 'model',
      outcome: 'skipped',
      detail: model.failure.message.replace('this node', 'this machine'),
    };
    return;
  }
  if (wanted.task !== 'text-generation') {
    const answering = answerOthers(engine, wanted, inputs, model.task);
    yield await reExecute(op, wanted, answering, deps.full, signal);
    return;
  }
  const prompts = inputs as string[];
  const scorer = await openScorer(deps.modelsDir, spec.model, precision, deps.threads);
  try {
    const same = scorer.model.digest === receipt.model.digest;
    const detail = same
      ? `sha256 ${scorer.model.digest}`
      : `the node says sha256 ${receipt.model.digest}, here it is ${scorer.model.digest}`;
    yield { name: 'model', outcome: same ? 'passed' : 'failed', detail };
    if (op.outputs) yield await checkOnePass({ ...op, outputs: op.outputs }, wanted, prompts, scorer);
    else yield { name: 'one-pass', outcome: 'skipped', detail: 'a receipt alone does not hold the tokens' };
  } finally {
    await scorer.release();
  }
  yield await reExecute(
    op,
    wanted,
    answerPrompts(engine, wanted, prompts, (index) => committedTo(answerersOf(receipt), index)),
    deps.full,
    signal,
  );
}
