/** What replay looks at, in this order; the first that fails ends it. */
export type StageName = 'signature' | 'binding' | 'claims' | 'model' | 'one-pass' | 're-execution';

export interface Stage {
  readonly name: StageName;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was looked at, or why it was not. */
  readonly detail: string;
  /** Where it failed, such as `outputs[3]`. */
  readonly findings?: readonly string[];
}

/**
 * verified: this machine computes the same bits. consistent: every logit and token is what this machine expects, within the
 * tolerance. refuted: a stage failed. unchecked: nothing could be computed here.
 */
export type Verdict = 'verified' | 'consistent' | 'refuted' | 'unchecked';

export interface ReplayReport {
  readonly op: string;
  readonly node: string;
  readonly job: string | null;
  readonly model: string;
  readonly precision: string;
  readonly verdict: Verdict;
  readonly stages: readonly Stage[];
}

/** 0: all verified or consistent; 1: one was refuted; 3: nothing of one could be computed here. */
export function exitCodeOf(reports: readonly Pick<ReplayReport, 'verdict'>[]): number {
  if (reports.some(({ verdict }) => verdict === 'refuted')) return 1;
  return reports.some(({ verdict }) => verdict === 'unchecked') ? 3 : 0;
}

/** What the stages come to. */
export function verdictOf(stages: readonly Stage[]): Verdict {
  if (stages.some(({ outcome }) => outcome === 'failed')) return 'refuted';
  const passed = (name: StageName) =>
    stages.some((stage) => stage.name === name && stage.outcome === 'passed');
  if (passed('re-execution')) return 'verified';
  return passed('one-pass') ? 'consistent' : 'unchecked';
}

const MARKS = { passed: 'ok', failed: 'FAILED', skipped: '-' } as const;
const MOST_FINDINGS = 5;

/** A report for people. */
export function describeReport(report: ReplayReport): string {
  const lines = [
    `op ${report.op} of ${report.job === null ? 'no job' : `job ${report.job}`}, signed by ${report.node}`,
    `${report.model} in ${report.precision}`,
    '',
  ];
  for (const { name, outcome, detail, findings = [] } of report.stages) {
    lines.push(`  ${name.padEnd(14)}${MARKS[outcome].padEnd(8)}${detail}`);
    for (const finding of findings.slice(0, MOST_FINDINGS)) lines.push(`${' '.repeat(24)}${finding}`);
    if (findings.length > MOST_FINDINGS) {
      lines.push(`${' '.repeat(24)}and ${findings.length - MOST_FINDINGS} more`);
    }
  }
  const failed = report.stages.find(({ outcome }) => outcome === 'failed');
  lines.push('', `${report.verdict}${failed ? ` by ${failed.name}` : ''}`, '');
  return lines.join('\n');
}
