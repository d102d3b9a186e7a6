import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import { jsonParts } from './json-parts';

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
          // Nothing lies under the button.
          copy !== undefined && 'pr-10',
        )}
      >
        {children}
      </pre>
      {copy !== undefined && (
        <span className="absolute top-2 right-2 flex rounded-4 bg-sunk">
          <CopyButton text={copy} label={label} />
        </span>
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
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
          key={index}
          className={part.kind === 'mark' ? 'text-ink-3' : part.kind === 'key' ? 'text-ink-2' : 'text-ink'}
        >
          {part.text}
        </span>
      ))}
    </CodeBlock>
  );
}
