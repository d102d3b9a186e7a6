'use client';

import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

/** A figure whose digits roll in when they change, and only then. Screen readers get it whole. */
export function Figure({ text }: { text: string }): ReactNode {
  const stands = useRef(false);
  useEffect(() => {
    stands.current = true;
  }, []);
  const letters = [...text];
  return (
    <span>
      <span className="sr-only">{text}</span>
      <span aria-hidden="true">
        {letters.map((letter, index) => (
          // Counted from the right, so that 99 to 100 rolls every digit and 18 to 19 only the last.
          // biome-ignore lint/suspicious/noArrayIndexKey: a digit is its place.
          <Letter key={`${letters.length - index}${letter}`} letter={letter} stands={stands} />
        ))}
      </span>
    </span>
  );
}

function Letter({ letter, stands }: { letter: string; stands: RefObject<boolean> }): ReactNode {
  const [rolls] = useState(() => stands.current);
  return (
    <span className="inline-block whitespace-pre" data-rolls={rolls || undefined}>
      {letter}
    </span>
  );
}
