import { readBandwidth } from './bandwidth.js';
import { CONTENDERS, type ContenderName } from './contenders.js';
import { BENCH_SHAPE, FIRST_WORD } from './llama-weights.js';
import { type Contender, decodeRate, firstTokenMs, type RowTrace } from './trace.js';
import type { Format } from './write-models.js';

const PROMPT_TOKENS = 64;
const NEW_TOKENS = 96;
const WARM_UP_TOKENS = 4;
/** Tokens after which engines that compute in single precision may come to differ by rounding. */
const SAME_TOKENS = 8;

/** One way of asking one engine, once for each run. */
export interface Measured {
  readonly tokensPerSecond: number[];
  readonly tokensPerProcessorSecond: number[];
  readonly firstTokenMs: number[];
}

export interface Measurements {
  /** What an engine made of so many prompts at a time; undefined where it is not there. */
  of(contender: ContenderName, rows: number): Measured | undefined;
  /** Bytes a second read from memory, once for each run. */
  readonly bandwidth: readonly number[];
}

export interface MeasureOptions {
  readonly modelsDir: string;
  readonly format: Format;
  readonly contenders: readonly ContenderName[];
  /** Prompts at one time. */
  readonly rows: readonly number[];
  readonly runs: number;
  readonly withBandwidth: boolean;
}

/**
 * Has engines take turns at the same prompts, so that what others do on the machine meets all alike. One that does not come up, or
 * that crashes, is left out from then on, which is said on standard error.
 * @throws Error when engines in single precision do not say the same: then the weights are not the same
 */
export async function measureInTurns(options: MeasureOptions): Promise<Measurements> {
  const { modelsDir, format, rows, runs } = options;
  const running = new Map<ContenderName, Contender>();
  const results = new Map<string, Measured>();
  const bandwidth: number[] = [];

  async function drop(name: ContenderName, error: unknown): Promise<void> {
    // Without ourselves there is nothing to compare.
    if (name === 'ours') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`${CONTENDERS[name].name} in ${format} is left out: ${reason}`);
    await running.get(name)?.close();
    running.delete(name);
    for (const count of rows) results.delete(keyOf(name, count));
  }

  /** The tokens that each engine gave to the first prompt. */
  async function turn(count: number, tokens: number, keep: boolean): Promise<void> {
    const said = new Map<ContenderName, RowTrace | undefined>();
    for (const [name, contender] of [...running]) {
      try {
        const trace = await contender.generate(promptsOf(count), tokens);
        said.set(name, trace[0]);
        if (keep) record(results, keyOf(name, count), trace);
      } catch (error) {
        await drop(name, error);
      }
    }
    if (format === 'fp32') requireSame(said);
  }

  try {
    for (const name of options.contenders) {
      try {
        running.set(name, await CONTENDERS[name].start(modelsDir, format));
      } catch (error) {
        await drop(name, error);
      }
    }
    for (const count of rows) await turn(count, WARM_UP_TOKENS, false);
    for (let run = 0; run < runs; run++) {
      for (const count of rows) await turn(count, NEW_TOKENS, true);
      if (options.withBandwidth) bandwidth.push(readBandwidth());
    }
  } finally {
    for (const contender of running.values()) await contender.close();
  }
  return { of: (name, count) => results.get(keyOf(name, count)), bandwidth };
}

const keyOf = (name: ContenderName, rows: number): string => `${name} ${rows}`;

function record(results: Map<string, Measured>, key: string, trace: readonly RowTrace[]): void {
  const measured = results.get(key) ?? {
    tokensPerSecond: [],
    tokensPerProcessorSecond: [],
    firstTokenMs: [],
  };
  const { perSecond, perProcessorSecond } = decodeRate(trace);
  measured.tokensPerSecond.push(perSecond);
  measured.tokensPerProcessorSecond.push(perProcessorSecond);
  measured.firstTokenMs.push(firstTokenMs(trace));
  results.set(key, measured);
}

/** Prompts of the same length, each another one, always the same. */
function promptsOf(count: number): number[][] {
  const words = BENCH_SHAPE.vocabulary - FIRST_WORD;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: PROMPT_TOKENS }, (_, at) => FIRST_WORD + ((at * 7919 + row * 104_729 + 13) % words)),
  );
}

function requireSame(said: ReadonlyMap<ContenderName, RowTrace | undefined>): void {
  const texts = [...said].map(([name, trace]) => [name, trace?.ids.slice(0, SAME_TOKENS).join(' ')] as const);
  const [first] = texts;
  const other = texts.find(([, text]) => text !== first?.[1]);
  if (first === undefined || other === undefined) return;
  throw new Error(`${first.join(' says ')}, but ${other.join(' says ')}: the weights are not the same`);
}
