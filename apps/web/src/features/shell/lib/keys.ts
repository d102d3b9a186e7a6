import { PLACES } from './places';

/** What a key means. */
export type KeyAction =
  | { do: 'search' }
  | { do: 'help' }
  | { do: 'palette' }
  | { do: 'go'; href: string }
  | { do: 'await-letter' }
  | { do: 'nothing' };

export interface PressedKey {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * Reads a key. @param afterG whether `g` was pressed just before; @param typing whether the key writes text
 */
export function readKey(pressed: PressedKey, afterG: boolean, typing: boolean): KeyAction {
  const { key, ctrlKey, metaKey, altKey } = pressed;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return { do: 'palette' };
  if (typing || ctrlKey || metaKey || altKey) return { do: 'nothing' };
  if (afterG) {
    const place = PLACES.find((candidate) => candidate.letter === key);
    if (place) return { do: 'go', href: place.href };
  }
  if (key === 'g') return { do: 'await-letter' };
  if (key === '/') return { do: 'search' };
  if (key === '?') return { do: 'help' };
  return { do: 'nothing' };
}
