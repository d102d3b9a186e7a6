import { FlowState, type OpState } from '../result/flow-state.js';
import { type BenchmarkReport, MAX_FIGURES, readBenchmark } from './benchmark.js';
import { type HardwareSpecs, mergeSpecs, readSpecs } from './specs.js';

/** What a result says of the machine that wrote it. Always the node's own word. */
export interface HardwareReport {
  readonly specs: HardwareSpecs | null;
  readonly benchmark: BenchmarkReport | null;
  /** Ids of the ops that said it. */
  readonly operations: readonly string[];
  /** When the last of them ended, Unix milliseconds by the node's clock. */
  readonly measuredAt: number | null;
}

/** Ops of the network's own checks; each prints a part of one JSON. */
const SPEC_OPS = new Set(['system-info', 'network-info', 'gpu-info']);
const SPEC_RESULT = 'results_system_specs';
const BENCHMARK_OP = /(?:^|[-_])benchmark(?:$|[-_])/;
const BENCHMARK_RESULT = /^results_[a-z0-9_]{1,60}_benchmark$/;
const MAX_OUTPUT = 256 * 1_024;
const MAX_OPS = 50;

/** Finds the network's specs and benchmarks in a result; null where there are none. Never throws. */
export function hardwareReport(json: unknown): HardwareReport | null {
  const flow = FlowState.safeParse(json);
  if (!flow.success) return null;
  let specs: HardwareSpecs | null = null;
  let benchmark: BenchmarkReport | null = null;
  const operations: string[] = [];
  let measuredAt: number | null = null;
  for (const op of (flow.data.opStates ?? []).slice(0, MAX_OPS)) {
    const found = { specs: specsIn(op), benchmark: benchmarkIn(op) };
    if (found.specs === null && found.benchmark === null) continue;
    specs = mergeSpecs(specs, found.specs);
    benchmark = mergeBenchmarks(benchmark, found.benchmark);
    operations.push(String(op.operationId ?? '').slice(0, 200));
    if (op.endTime) measuredAt = Math.max(measuredAt ?? 0, op.endTime);
  }
  return operations.length === 0 ? null : { specs, benchmark, operations, measuredAt };
}

function specsIn({ operationId, logs, results }: OpState): HardwareSpecs | null {
  if (SPEC_OPS.has(operationId ?? '')) return readSpecs(printedJson(logs ?? []));
  const [text] = [results?.[SPEC_RESULT] ?? []].flat();
  return text === undefined ? null : readSpecs(parse(text));
}

function benchmarkIn({ operationId, results }: OpState): BenchmarkReport | null {
  const all = Object.entries(results ?? {});
  const known = BENCHMARK_OP.test(operationId ?? '');
  const figures = all.filter(([name]) => name !== SPEC_RESULT && (known || BENCHMARK_RESULT.test(name)));
  return figures.length === 0 ? null : readBenchmark(Object.fromEntries(figures));
}

/** The JSON that an op printed, whatever it printed around it. */
function printedJson(logs: NonNullable<OpState['logs']>): unknown {
  let text = '';
  for (const { type, log } of logs) {
    if (type === 'stdout' && text.length < MAX_OUTPUT) text += log ?? '';
  }
  return parse(text.slice(0, MAX_OUTPUT)) ?? parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}

function parse(text: string): unknown {
  if (text.length > MAX_OUTPUT) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mergeBenchmarks(
  first: BenchmarkReport | null,
  second: BenchmarkReport | null,
): BenchmarkReport | null {
  if (first === null || second === null) return second ?? first;
  return {
    model: second.model ?? first.model,
    tokensPerSecond: second.tokensPerSecond ?? first.tokensPerSecond,
    gpuWattageAvg: second.gpuWattageAvg ?? first.gpuWattageAvg,
    gpuTemperatureAvg: second.gpuTemperatureAvg ?? first.gpuTemperatureAvg,
    figures: Object.fromEntries(
      [...Object.entries(first.figures), ...Object.entries(second.figures)].slice(0, MAX_FIGURES),
    ),
  };
}
