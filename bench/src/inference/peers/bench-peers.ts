import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../../benches.js';
import { type Figure, rounded } from '../../report.js';
import { CONTENDERS, type ContenderName } from './contenders.js';
import { PEER_FIGURES, type PeerFigure } from './figures.js';
import { ensurePeers } from './install-peers.js';
import { type Measured, type Measurements, measureInTurns } from './measure.js';
import { median } from './trace.js';
import { FORMATS, type Format, weightBytes, writeModels } from './write-models.js';

/**
 * The engine beside transformers.js, llama.cpp and what memory allows, on the same weights of a decoder with 107 million random
 * parameters, one thread each.
 */
export async function benchPeers({ runs, only, report }: BenchOptions): Promise<void> {
  const wanted = PEER_FIGURES.filter(({ figure }) => only === undefined || only === figure);
  if (wanted.length === 0) return;
  const needsPeers = wanted.some(({ limit }) => limit !== 'floor');
  const figures =
    !needsPeers || (await ensurePeers()) ? wanted : wanted.filter(({ limit }) => limit === 'floor');
  if (figures.length === 0) return;
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-bench-peers-'));
  try {
    console.error('Writing a model of 107 million random parameters in three formats for each engine …');
    await writeModels(modelsDir);
    for (const format of Object.keys(FORMATS) as Format[]) {
      const here = figures.filter((figure) => figure.format === format);
      if (here.length > 0) await benchFormat(modelsDir, format, here, runs, report);
    }
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
}

async function benchFormat(
  modelsDir: string,
  format: Format,
  figures: readonly PeerFigure[],
  runs: number,
  report: BenchOptions['report'],
): Promise<void> {
  const limits = figures.map(({ limit }) => limit);
  const peers = [...new Set(limits)].filter((limit) => limit !== 'floor');
  const contenders: ContenderName[] = ['ours', ...peers];
  const withBandwidth = limits.includes('floor');
  const rows = [...new Set(figures.map((figure) => figure.rows))];
  const measured = await measureInTurns({ modelsDir, format, contenders, rows, runs, withBandwidth });
  if (withBandwidth) {
    const value = rounded(median(measured.bandwidth) / 1e9, 2);
    report({ figure: 'read_bandwidth_one_thread', value, unit: 'GB/s', runs });
  }
  for (const figure of figures) for (const made of figuresOf(figure, measured, runs)) report(made);
}

/** The figure, and the same by processor time; none where the other engine was left out. */
function figuresOf(
  { figure, format, rows, limit, measure }: PeerFigure,
  measured: Measurements,
  runs: number,
): Figure[] {
  const ours = measured.of('ours', rows);
  if (ours === undefined) return [];
  const [unit, rate] = ['1/s' as const, (values: readonly number[]) => rounded(median(values), 1)];
  if (limit === 'floor') {
    const value = rate(measured.bandwidth.map((bytes) => bytes / weightBytes(format)));
    const against = { name: 'as fast as the weights can be read', value };
    return [{ figure, value: rate(ours.tokensPerSecond), unit, runs, against }];
  }
  const theirs = measured.of(limit, rows);
  if (theirs === undefined) return [];
  const against = (of: (one: Measured) => readonly number[]) => ({
    name: CONTENDERS[limit].name,
    value: rate(of(theirs)),
  });
  if (measure === 'first token') {
    const of = ({ firstTokenMs }: Measured) => firstTokenMs;
    return [{ figure, value: rate(of(ours)), unit: 'ms', runs, against: against(of) }];
  }
  const byTime = ({ tokensPerSecond }: Measured) => tokensPerSecond;
  const byProcessor = ({ tokensPerProcessorSecond }: Measured) => tokensPerProcessorSecond;
  return [
    { figure, value: rate(byTime(ours)), unit, runs, against: against(byTime) },
    {
      figure: `${figure}_processor`,
      value: rate(byProcessor(ours)),
      unit,
      runs,
      against: against(byProcessor),
    },
  ];
}
