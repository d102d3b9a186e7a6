/**
 * A line of COPY for a row of a job or a run, quickly: all its text is base58, hex, digits or a word of ours, which
 * need no escaping.
 */
export function plainLine(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  let line = '';
  for (const name of columns) {
    const value = row[name];
    if (line !== '') line += '\t';
    if (value === null || value === undefined) line += '\\N';
    else if (value === true) line += 't';
    else if (value === false) line += 'f';
    else line += String(value);
  }
  return `${line}\n`;
}
