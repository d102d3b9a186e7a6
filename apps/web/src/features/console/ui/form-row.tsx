import type { ReactNode } from 'react';

/** One question of the form: its name at the left, its answer at the right; on a phone above each other. */
export function FormRow({ title, children }: { title: ReactNode; children: ReactNode }): ReactNode {
  return (
    <div className="grid gap-x-6 gap-y-2 border-t border-line py-5 first:border-t-0 first:pt-0 wide:grid-cols-[120px_minmax(0,1fr)]">
      <h2 className="pt-1.5 text-14 font-semibold phone:pt-0">{title}</h2>
      <div className="min-w-0">{children}</div>
    </div>
  );
}
