import { arch, release, type } from 'node:os';

import {
  canonicalJson,
  MEMORY_BANDWIDTH_RESULT,
  NODE_REPORT_SCHEMA,
  type SignBytes,
} from '@inferscan/formats';
import type { NodeDescription } from '@inferscan/protocol';
import { getBase58Decoder } from '@solana/kit';

import type { Calibration } from './calibration.js';
import type { HardwareReport } from './report.js';

export interface NodeReportFacts {
  readonly node: string;
  readonly hardware: HardwareReport;
  readonly description: NodeDescription | undefined;
  readonly calibration: Calibration;
}

/**
 * What a node says of its machine, as a document to be pinned: in the form of a result, with the ops and result names of the
 * network's own checks, so that whoever reads those reads this; signed by the node over the canonical JSON of everything else.
 * The same facts give the same bytes, and so the same CID.
 */
export async function nodeReport(facts: NodeReportFacts, sign: SignBytes) {
  const { hardware, description, calibration } = facts;
  const specs = {
    system_environment: `${type()} ${release()} ${arch()}`,
    cpu_model: hardware.cpu_model,
    logical_cores: hardware.logical_cores,
    ram_mb: hardware.memory_mb,
    ...(description === undefined ? {} : { disk_gb: description.storage }),
    cuda_check: {
      devices: hardware.gpus.map(({ name, memory_mb }, index) => ({
        index,
        name,
        memory: { total_mb: memory_mb },
      })),
    },
  };
  const at = calibration.measuredAt;
  const ended = { providerId: null, status: 'success', startTime: at, endTime: at, exitCode: 0, errors: [] };
  const document = {
    schema: NODE_REPORT_SCHEMA,
    node: facts.node,
    status: 'success',
    startTime: at,
    endTime: at,
    errors: [],
    secrets: {},
    opStates: [
      {
        operationId: 'system-info',
        group: 'system-info',
        ...ended,
        logs: [{ type: 'stdout', log: JSON.stringify(specs), timestamp: new Date(at).toISOString() }],
      },
      ...(calibration.figures.length === 0
        ? []
        : [
            {
              operationId: 'benchmark',
              group: 'benchmark',
              ...ended,
              logs: [],
              results: benchmarkResults(calibration),
            },
          ]),
    ],
  };
  // Of a Buffer, which may share its memory with others, signers that take the whole memory would sign more than this.
  const signature = await sign(new TextEncoder().encode(canonicalJson(document)));
  return { ...document, signature: getBase58Decoder().decode(signature) };
}

/** One result for each model, precision and number of threads. */
function benchmarkResults({ figures, memoryBandwidth }: Calibration): Record<string, string> {
  const named = figures.map((figure, index): [string, string] => [
    `results_llm_${index + 1}_benchmark`,
    JSON.stringify({
      model_id: figure.model,
      digest: figure.digest,
      precision: figure.precision,
      threads: figure.threads,
      results: { users_1: { tokens_per_second: { mean: figure.tokensPerSecond } } },
    }),
  ]);
  const memory = memoryBandwidth === null ? [] : [[MEMORY_BANDWIDTH_RESULT, memoryBandwidth.toFixed(2)]];
  return Object.fromEntries([...named, ...memory]);
}
