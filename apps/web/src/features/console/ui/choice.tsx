import type { ReactNode } from 'react';
import { cx } from '@/components/cx';

/** A radio button that is a whole row: the press anywhere on it chooses. */
export function Choice({
  name,
  value,
  checked,
  onChoose,
  children,
}: {
  name: string;
  value: string;
  checked: boolean;
  onChoose: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <label
      className={cx(
        'flex cursor-pointer items-start gap-3 rounded-6 border px-3 py-2.5 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        checked ? 'border-accent bg-surface' : 'border-line hover:border-line-strong hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name={name}
        value={value}
        checked={checked}
        onChange={onChoose}
        className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
      />
      <span className="min-w-0 flex-1">{children}</span>
    </label>
  );
}
