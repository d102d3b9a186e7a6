import type { ArchiveReport } from '../../archive/verify.js';
import type { Kept } from '../../retention/kept.js';
import { grouped } from '../progress.js';
import { describeDifferences } from '../refold/describe.js';
import type { TableDifferences } from '../refold/differences.js';
import { countDifferences } from '../refold/refold.js';
import type { CoverageReport } from './coverage.js';
import type { VaultReport } from './vaults.js';

/** What `verify` found. Null: was not looked at. */
export interface VerifyReport {
  readonly agrees: boolean;
  readonly coverage: CoverageReport;
  readonly kept: KeptJson;
  /** Null: the events that they are folded from are not all kept. */
  readonly tables: readonly TableDifferences[] | null;
  readonly vaults: VaultReport | null;
  readonly archive: ArchiveJson | null;
}

/** What is not kept any more, slots as text; null: everything is. */
export type KeptJson = { readonly [Name in keyof Kept]: string | null };

export const keptJson = ({ eventsFromSlot, archiveFromSlot }: Kept): KeptJson => ({
  eventsFromSlot: eventsFromSlot?.toString() ?? null,
  archiveFromSlot: archiveFromSlot?.toString() ?? null,
});

/** Slots as text. */
export type ArchiveJson = Omit<ArchiveReport, 'ranges' | 'gaps' | 'finalSlot'> & {
  readonly dir: string;
  readonly ranges: readonly { readonly from: string; readonly to: string }[];
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly finalSlot: string;
};

export function archiveJson(dir: string, report: ArchiveReport): ArchiveJson {
  const texts = (ranges: ArchiveReport['ranges']) =>
    ranges.map(({ from, to }) => ({ from: from.toString(), to: to.toString() }));
  return {
    ...report,
    dir,
    ranges: texts(report.ranges),
    gaps: texts(report.gaps),
    finalSlot: report.finalSlot.toString(),
  };
}

export const agree = ({
  coverage,
  tables,
  vaults,
  archive,
}: Omit<VerifyReport, 'agrees' | 'kept'>): boolean =>
  coverage.problems.length === 0 &&
  (tables === null || countDifferences(tables) === 0) &&
  (vaults === null || vaults.differing.length + vaults.ahead.length === 0) &&
  (archive === null || archive.damaged.length === 0);

const SHOWN = 5;

/** The report for people, a line each. */
export function describeReport({ agrees, coverage, kept, tables, vaults, archive }: VerifyReport): string[] {
  const slot = (text: string | null): string => (text === null ? '–' : grouped(Number(text)));
  const lines = [
    `coverage: ${grouped(coverage.transactions)} transactions and ${grouped(coverage.events)} events, ` +
      `slots ${slot(coverage.firstSlot)} to ${slot(coverage.lastSlot)}, final up to ${slot(coverage.finalizedSlot)}` +
      (coverage.begunAtSlot === null
        ? ''
        : `, begun with the accounts of slot ${slot(coverage.begunAtSlot)}`) +
      (coverage.listedAhead > 0 ? `, ${grouped(coverage.listedAhead)} more listed` : ''),
    ...coverage.problems.map((problem) => `  ${problem}`),
  ];
  if (kept.eventsFromSlot !== null)
    lines.push(`  events before slot ${slot(kept.eventsFromSlot)} are not kept`);
  if (tables === null)
    lines.push('tables: not compared, for not all events that they are folded from are kept');
  else {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    lines.push(
      `tables: ${grouped(rows)} rows compared with what folding the events gives, ${grouped(countDifferences(tables))} differ`,
      ...describeDifferences(tables).map((line) => `  ${line}`),
    );
  }
  if (vaults === null) lines.push('vaults: not compared');
  else {
    lines.push(
      `vaults: ${grouped(vaults.vaults)} compared with their ledgers, ${grouped(vaults.differing.length)} differ`,
      ...vaults.differing
        .slice(0, SHOWN)
        .map(({ vault, ledger, onChain }) => `  ${vault} holds ${onChain}, its ledger adds up to ${ledger}`),
      ...vaults.ahead
        .slice(0, SHOWN)
        .map((vault) => `  ${vault} moved in transactions that are not stored yet`),
    );
  }
  if (archive === null) lines.push('archive: none');
  else {
    lines.push(
      `archive: ${grouped(archive.volumes)} files, ${grouped(archive.transactions)} transactions, ` +
        `${grouped(archive.damaged.length)} damaged, ${grouped(archive.gaps.length)} gaps, final up to ${slot(archive.finalSlot)}`,
      ...archive.damaged.slice(0, SHOWN).map(({ file, reason }) => `  ${file}: ${reason}`),
      ...archive.gaps.slice(0, SHOWN).map(({ from, to }) => `  nothing of slots ${from} to ${to}`),
    );
  }
  if (kept.archiveFromSlot !== null)
    lines.push(`  files from before slot ${slot(kept.archiveFromSlot)} are not kept`);
  const whole = tables === null ? 'what was compared agrees' : 'everything agrees';
  lines.push(agrees ? whole : 'not everything agrees');
  return lines;
}
