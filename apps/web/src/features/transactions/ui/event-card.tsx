import type { EventRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Fact, Facts } from '@/components/facts';
import { StateTag } from '@/components/state-tag';
import { argumentText } from '../lib/arguments';

const PAGES: Record<string, (address: string) => string> = {
  job: (address) => `/jobs/${address}`,
  market: (address) => `/markets/${address}`,
  node: (address) => `/nodes/${address}`,
};

/** One instruction with its accounts and arguments by the program's own names. */
export function EventFacts({ event }: { event: EventRow }): ReactNode {
  return (
    <div className="border-t border-line py-3">
      <h3 className="flex items-center gap-3 font-medium">
        <span className="font-mono text-13">{event.instruction}</span>
        {event.failed && <StateTag state="failed">changed nothing</StateTag>}
      </h3>
      <div className="grid grid-cols-2 gap-x-10 phone:grid-cols-1">
        <Facts>
          {Object.entries(event.accounts).map(([name, address]) => (
            <Fact key={name} name={name}>
              <Address address={address} href={PAGES[name]?.(address)} />
            </Fact>
          ))}
        </Facts>
        <Facts>
          {Object.entries(event.args).map(([key, value]) => {
            const { name, text, exact } = argumentText(key, value);
            return (
              <Fact key={key} name={name}>
                <span className="font-mono text-13 wrap-anywhere" title={exact ?? undefined}>
                  {text}
                </span>
              </Fact>
            );
          })}
        </Facts>
      </div>
    </div>
  );
}
