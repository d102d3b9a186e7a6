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
  return error.issues.flatMap((issue) => issuesOf(issue, base));
}

/** Of alternatives, the one is explained whose shape the value has, so that the place within it is named. */
function issuesOf(issue: z.core.$ZodIssue, base: string): FormatIssue[] {
  const path = issue.path.reduce<string>(memberPath, base);
  const meant =
    issue.code === 'invalid_union'
      ? issue.errors.find((inner) => inner.length > 0 && inner.every((one) => one.path.length > 0))
      : undefined;
  return meant ? meant.flatMap((inner) => issuesOf(inner, path)) : [{ path, message: issue.message }];
}

/** `path: message`, joined for one line of a log or an error. */
export function describeIssues(issues: readonly FormatIssue[], limit = 5): string {
  const shown = issues.slice(0, limit).map((issue) => `${issue.path}: ${issue.message}`);
  if (issues.length > limit) shown.push(`and ${issues.length - limit} more`);
  return shown.join('; ');
}
