import type { ReactNode } from 'react';

/** One component in its states, under its name. */
export function Specimen({
  name,
  note,
  children,
}: {
  name: string;
  note?: string;
  children: ReactNode;
}): ReactNode {
  return (
    <section className="border-t border-line py-5">
      <h3 className="mb-3 text-13 font-semibold">
        {name} {note !== undefined && <span className="font-normal text-ink-3">{note}</span>}
      </h3>
      <div className="flex flex-col gap-4">{children}</div>
    </section>
  );
}

export function Row({ children }: { children: ReactNode }): ReactNode {
  return <div className="flex flex-wrap items-center gap-x-4 gap-y-3">{children}</div>;
}
