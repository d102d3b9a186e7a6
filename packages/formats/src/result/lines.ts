import { RESULT_COMMITMENTS } from './commitment.js';
import { RESULT_OUTPUTS, RESULT_RECEIPT } from './output.js';

/** Begins a line that holds a result. Within JSON it is escaped, and from what models write it is taken out. */
const MARK = '\u001e';

/** One text of an op's results as a line of a container's log. */
export function resultLine(name: string, json: string): string {
  return `${MARK}${name} ${json}`;
}

/** A text as lines of a container's log, none of which can be taken for one with a result. */
export function plainLines(text: string): string {
  return text.replaceAll(MARK, '\ufffd');
}

/** By name, what a container host of the network finds such lines by: the whole match is the text, and there are no groups. */
export const RESULT_PATTERNS: Readonly<Record<string, string>> = Object.fromEntries(
  [RESULT_OUTPUTS, RESULT_COMMITMENTS, RESULT_RECEIPT].map((name) => [
    name,
    `(?<=^\\x1e${name} )[[{].*[\\]}]`,
  ]),
);
