'use client';

import Link from 'next/link';
import { type ComponentProps, type ReactNode, useState } from 'react';

/**
 * A link that fetches its page ahead once the pointer or the focus is on it. Links in sight that always do would
 * fetch theirs again with every live drawing of the page they stand on.
 */
export function NavLink(props: Omit<ComponentProps<typeof Link>, 'prefetch'>): ReactNode {
  const [near, setNear] = useState(false);
  return (
    <Link
      {...props}
      prefetch={near ? null : false}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={() => setNear(false)}
    />
  );
}
