'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';

/** Tells a row whether its table stood before it came. */
const StandsContext = createContext<{ stands: () => boolean } | null>(null);

/** Rows that come later than the table itself are new: they slide in and are lit for a moment. */
export function LiveBody({ children }: { children: ReactNode }): ReactNode {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
  }, []);
  const value = useMemo(() => ({ stands: () => mounted.current }), []);
  return (
    <StandsContext value={value}>
      <tbody className="phone:block">{children}</tbody>
    </StandsContext>
  );
}

export function LiveRow({
  data,
  marked = false,
  children,
}: {
  /** What the row is about, as data attributes: scripts and measurements find it by these. */
  data?: Readonly<Record<`data-${string}`, string>> | undefined;
  marked?: boolean | undefined;
  children: ReactNode;
}): ReactNode {
  const table = useContext(StandsContext);
  const [isNew] = useState(() => table?.stands() ?? false);
  return (
    <tr
      {...data}
      data-row=""
      data-new={isNew || undefined}
      data-marked={marked || undefined}
      className="record"
    >
      {children}
    </tr>
  );
}
