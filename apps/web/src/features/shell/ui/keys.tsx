'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { isTyping } from '@/components/typing';
import { SEARCH_INPUT_ID } from '@/features/search/ui/search-box';
import { readKey } from '../lib/keys';

const HelpDialog = dynamic(() => import('./help-dialog').then((module) => module.HelpDialog));
const Palette = dynamic(() => import('./palette').then((module) => module.Palette));

/** How long `g` waits for its letter, milliseconds. */
const LETTER_MS = 1_000;

/** The keys that work on every page. */
export function Keys(): ReactNode {
  const router = useRouter();
  const [open, setOpen] = useState<'help' | 'palette' | null>(null);
  const pressedG = useRef(Number.NEGATIVE_INFINITY);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const afterG = performance.now() - pressedG.current < LETTER_MS;
    pressedG.current = Number.NEGATIVE_INFINITY;
    const action = readKey(event, afterG, isTyping(event.target));
    if (action.do === 'nothing') return;
    event.preventDefault();
    if (action.do === 'await-letter') pressedG.current = performance.now();
    else if (action.do === 'go') router.push(action.href);
    else if (action.do === 'search') focusSearch();
    else setOpen(action.do);
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  if (open === 'help') return <HelpDialog onClose={() => setOpen(null)} />;
  if (open === 'palette') return <Palette onClose={() => setOpen(null)} />;
  return null;
}

function focusSearch(): void {
  const input = document.getElementById(SEARCH_INPUT_ID);
  if (!(input instanceof HTMLInputElement)) return;
  input.focus();
  input.select();
}
