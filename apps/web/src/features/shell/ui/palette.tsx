import { useRouter } from 'next/navigation';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { cx } from '@/components/cx';
import { Dialog } from '@/components/dialog';
import { CONTROL } from '@/components/field';
import { PLACES } from '../lib/places';

/** Pages by name; anything else is searched for. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const router = useRouter();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim();
  const choices = [
    ...PLACES.filter((place) => `${place.name} ${place.what}`.toLowerCase().includes(wanted.toLowerCase())),
    ...(wanted === ''
      ? []
      : [{ href: `/search?q=${encodeURIComponent(wanted)}`, name: `Search for “${wanted}”`, what: '' }]),
  ];
  const active = Math.min(at, choices.length - 1);

  const open = (href: string | undefined) => {
    if (href === undefined) return;
    onClose();
    router.push(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(choices.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, active - 1));
    else if (event.key === 'Enter') open(choices[active]?.href);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog open onClose={onClose} title="Go to">
      <input
        data-autofocus=""
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={`palette-${active}`}
        aria-label="Page, address, signature, CID or model"
        placeholder="Page, address, signature, CID or model"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        className={cx(CONTROL, 'h-10')}
      />
      <div id="palette-choices" role="listbox" aria-label="Choices" className="mt-2 -mx-2">
        {choices.map((choice, index) => (
          <div
            key={choice.href}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === active}
            tabIndex={-1}
            onPointerMove={() => setAt(index)}
            onClick={() => open(choice.href)}
            onKeyDown={onKeyDown}
            className={cx(
              'flex h-9 cursor-pointer items-center gap-3 rounded-6 px-2',
              index === active && 'bg-sunk',
            )}
          >
            <span className="truncate">{choice.name}</span>
            <span className="ml-auto truncate text-13 text-ink-3">{choice.what}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
