import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';

/** Text as it is: mono, sunk, breaking anywhere, copied at a click. */
export function CodeBlock({
  children,
  copy,
  label = 'text',
  tall = false,
  className,
}: {
  children: ReactNode;
  /** The text for the clipboard; without it there is no button. */
  copy?: string | undefined;
  label?: string;
  /** Let it grow instead of scrolling after 20 lines. */
  tall?: boolean;
  className?: string | undefined;
}): ReactNode {
  return (
    <div className={cx('group/code relative', className)}>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        className={cx(
          'overflow-y-auto rounded-6 bg-sunk px-4 py-3 font-mono text-13 wrap-anywhere whitespace-pre-wrap',
          !tall && 'max-h-106',
        )}
      >
        {children}
      </pre>
      {copy !== undefined && (
        <CopyButton text={copy} label={label} className="absolute top-2.5 right-2.5 bg-sunk" />
      )}
    </div>
  );
}

/** A JSON value with its keys and strings told apart by tone, not by five colours. */
export function JsonView({ value, label = 'JSON' }: { value: unknown; label?: string }): ReactNode {
  const text = JSON.stringify(value, null, 2) ?? 'undefined';
  return (
    <CodeBlock copy={text} label={label}>
      {jsonParts(text).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
        <span
          key={index}
          className={part.kind === 'mark' ? 'text-ink-3' : part.kind === 'key' ? 'text-ink-2' : 'text-ink'}
        >
          {part.text}
        </span>
      ))}
    </CodeBlock>
  );
}

interface JsonPart {
  kind: 'key' | 'value' | 'mark';
  text: string;
}

/** Splits pretty-printed JSON into keys, values and punctuation. */
export function jsonParts(text: string): JsonPart[] {
  const parts: JsonPart[] = [];
  const token =
    /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|([^"\d]+?(?=["\d-]|true|false|null|$))/g;
  let last = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > last) parts.push({ kind: 'mark', text: text.slice(last, match.index) });
    last = match.index + match[0].length;
    if (match[1] !== undefined && match[2] !== undefined) {
      parts.push({ kind: 'key', text: match[1] }, { kind: 'mark', text: match[2] });
    } else {
      parts.push({ kind: match[4] === undefined ? 'value' : 'mark', text: match[0] });
    }
  }
  if (last < text.length) parts.push({ kind: 'mark', text: text.slice(last) });
  return parts;
}
