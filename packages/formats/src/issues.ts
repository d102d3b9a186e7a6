import type { z } from 'zod';

/** One thing wrong with a document: where (a path such as `$input.ops[0].args.cmd`) and what. */
export interface FormatIssue {
  path: string;
  message: string;
}

/** Extends a path the way JavaScript would reach the member. */
function memberPath(base: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${base}[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${base}.${name}` : `${base}[${JSON.stringify(name)}]`;
}

/** Zod's issues with readable paths below `base`. */
export function zodIssues(error: z.ZodError, base: string): FormatIssue[] {
  return error.issues.map((issue) => ({
    path: issue.path.reduce<string>(memberPath, base),
    message: issue.message,
  }));
}

/** `path: message`, joined for one line of a log or an error. */
export function describeIssues(issues: readonly FormatIssue[], limit = 5): string {
  const shown = issues.slice(0, limit).map((issue) => `${issue.path}: ${issue.message}`);
  if (issues.length > limit) shown.push(`and ${issues.length - limit} more`);
  return shown.join('; ');
}
