'use client';

import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { SelectMark } from './select';

/** A select whose values are addresses: choosing one goes there. */
export function FilterSelect({
  label,
  value,
  options,
}: {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
}): ReactNode {
  const router = useRouter();
  return (
    <div className="relative">
      <select
        aria-label={label}
        value={value}
        onChange={(event) => router.push(event.target.value, { scroll: false })}
        className="h-8 max-w-60 appearance-none rounded-6 border border-line-strong bg-surface pr-8 pl-3 text-13 hover:border-n-6"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <SelectMark />
    </div>
  );
}
