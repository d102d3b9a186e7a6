import { ed25519 } from '@noble/curves/ed25519.js';
import { base58 } from '@scure/base';
import { z } from 'zod';

import { canonicalBytes } from '../canonical.js';
import { Precision } from '../inference/common.js';
import { Address, Sha256Hex, Signature, Text } from '../receipt/common.js';
import { FlowState } from '../result/flow-state.js';
import { hardwareReport } from './report.js';
import type { HardwareSpecs } from './specs.js';

export const NODE_REPORT_SCHEMA = 'inferscan.node-report/1';

/** Result of the benchmark op that is no model's. */
export const MEMORY_BANDWIDTH_RESULT = 'memory_bandwidth_gb_s';

/** Models, precisions and numbers of threads, all together. */
const MAX_FIGURES = 200;
const MAX_SPEED = 1e9;

/** How fast a node says that it runs a model. */
export interface ReportedSpeed {
  readonly model: string;
  readonly digest: string;
  readonly precision: string;
  readonly threads: number;
  readonly tokensPerSecond: number;
}

/** What a node says of its machine, signed by it: its own word all the same. */
export interface NodeReport {
  readonly node: string;
  /** Unix milliseconds by the node's clock. */
  readonly measuredAt: number | null;
  readonly specs: HardwareSpecs | null;
  readonly memoryBandwidthGbS: number | null;
  readonly speeds: readonly ReportedSpeed[];
}

const Document = z.looseObject({
  schema: z.literal(NODE_REPORT_SCHEMA),
  node: Address,
  signature: Signature,
});

const Figure = z.looseObject({
  model_id: Text,
  digest: Sha256Hex,
  precision: Precision,
  threads: z.int().min(1).max(4_096),
  results: z.looseObject({
    users_1: z.looseObject({
      tokens_per_second: z.looseObject({ mean: z.number().min(0).max(MAX_SPEED) }),
    }),
  }),
});

/** The report in a document that the node it names has signed; null for anything else. Never throws. */
export function readNodeReport(value: unknown): NodeReport | null {
  const document = Document.safeParse(value);
  if (!document.success || !isSignedByItsNode(value as z.infer<typeof Document>)) return null;
  const flow = FlowState.safeParse(value);
  if (!flow.success) return null;
  const report = hardwareReport(value);
  const { measuredAt = null, specs = null } = report ?? {};
  const results = (flow.data.opStates ?? []).flatMap((op) => Object.entries(op.results ?? {}));
  const texts = results.flatMap(([name, value]) => [value].flat().map((text) => [name, text] as const));
  const bandwidth = Number(texts.find(([name]) => name === MEMORY_BANDWIDTH_RESULT)?.[1] ?? Number.NaN);
  return {
    node: document.data.node,
    measuredAt,
    specs,
    memoryBandwidthGbS: bandwidth > 0 && bandwidth < MAX_SPEED ? bandwidth : null,
    speeds: texts.slice(0, MAX_FIGURES).flatMap(([, text]) => speedIn(text)),
  };
}

function isSignedByItsNode({ signature, ...signed }: z.infer<typeof Document>): boolean {
  try {
    const key = base58.decode(signed.node);
    return ed25519.verify(base58.decode(signature), canonicalBytes(signed), key, { zip215: false });
  } catch {
    return false;
  }
}

function speedIn(text: string): ReportedSpeed[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const { data } = Figure.safeParse(json);
  if (data === undefined) return [];
  const { model_id: model, digest, precision, threads, results } = data;
  return [{ model, digest, precision, threads, tokensPerSecond: results.users_1.tokens_per_second.mean }];
}
