import type { ReactNode } from 'react';
import { Dialog } from '@/components/dialog';
import { PLACES } from '../lib/places';

const KEYS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['/'], what: 'Search' },
  { keys: ['Ctrl', 'K'], what: 'Go anywhere' },
  { keys: ['j'], what: 'Next row' },
  { keys: ['k'], what: 'Previous row' },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['?'], what: 'This help' },
  ...PLACES.map((place) => ({ keys: ['g', place.letter], what: place.name })),
];

export function HelpDialog({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <Dialog open onClose={onClose} title="Keys">
      <dl className="grid grid-cols-2 gap-x-8 phone:grid-cols-1">
        {KEYS.map(({ keys, what }) => (
          <div key={what} className="flex items-center border-b border-line py-1.5">
            <dt className="text-ink-2">{what}</dt>
            <dd className="ml-auto flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="rounded-4 border border-line-strong px-1.5 font-mono text-12 leading-5"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
