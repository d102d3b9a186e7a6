import type { ContenderName } from './contenders.js';
import type { Format } from './write-models.js';

/** What the engine is measured against: another engine, or what memory allows. */
export type Limit = Exclude<ContenderName, 'ours'> | 'floor';

export interface PeerFigure {
  readonly figure: string;
  readonly format: Format;
  /** Prompts at one time. */
  readonly rows: 1 | 8;
  readonly limit: Limit;
  readonly measure: 'tokens a second' | 'first token';
}

const FORMAT_NAMES: readonly Format[] = ['fp32', 'q8', 'q4'];
const PEERS = ['transformersjs', 'llamacpp'] as const;

const rate = (figure: string, format: Format, rows: 1 | 8, limit: Limit): PeerFigure => ({
  figure,
  format,
  rows,
  limit,
  measure: 'tokens a second',
});

/** Everything that is measured beside other engines, by the name that it is reported under. */
export const PEER_FIGURES: readonly PeerFigure[] = [
  ...FORMAT_NAMES.flatMap((format) =>
    PEERS.map((peer) => rate(`decode_b1_vs_${peer}_${format}`, format, 1, peer)),
  ),
  ...PEERS.map((peer) => rate(`decode_b8_vs_${peer}_q4`, 'q4', 8, peer)),
  rate('decode_b1_fp32_of_floor', 'fp32', 1, 'floor'),
  { figure: 'ttft_vs_llamacpp_q4', format: 'q4', rows: 1, limit: 'llamacpp', measure: 'first token' },
];
