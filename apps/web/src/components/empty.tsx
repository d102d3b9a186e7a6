import type { ReactNode } from 'react';

/** Nothing to show: why, and what to do about it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className="flex flex-col items-start gap-1 py-6">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-130 text-13 text-ink-2">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}
