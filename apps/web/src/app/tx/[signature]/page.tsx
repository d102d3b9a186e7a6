import type { LedgerRow } from '@inferscan/api/client';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Address } from '@/components/address';
import { Amount, FlowArrow } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { CodeBlock } from '@/components/code-block';
import { Empty } from '@/components/empty';
import { Fact, Facts, Unknown } from '@/components/facts';
import { Finality } from '@/components/finality';
import { PageHeader, Section } from '@/components/section';
import { StateTag } from '@/components/state-tag';
import { RefreshLater } from '@/features/live/ui/refresh-later';
import { readTransaction } from '@/features/transactions/api/read';
import { EventFacts } from '@/features/transactions/ui/event-card';
import { shortAddress } from '@/format/address';
import { exactAmount, groupedInteger } from '@/format/amount';

interface Props {
  params: Promise<{ signature: string }>;
}

const LAMPORT_DECIMALS = 9;
const FINALITY_SECONDS = 14;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Transaction ${shortAddress((await params).signature)}` };
}

export default async function TransactionPage({ params }: Props) {
  const { signature } = await params;
  const detail = await readTransaction(signature);
  if (detail === null) notFound();
  return (
    <>
      {detail.finality === 'confirmed' && <RefreshLater seconds={FINALITY_SECONDS} />}
      <PageHeader
        crumb="Transaction"
        title={
          <>
            <Address address={signature} glyph={false} copy="always" />
            {detail.error === null ? (
              <StateTag state="done" strong>
                Succeeded
              </StateTag>
            ) : (
              <StateTag state="failed" strong>
                Failed
              </StateTag>
            )}
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] gap-x-10 gap-y-9 max-[1039px]:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-9">
          {detail.error !== null && (
            <Section title="Error" note="as the chain reports it">
              <CodeBlock copy={detail.error} label="error">
                {detail.error}
              </CodeBlock>
            </Section>
          )}
          <Section title="Instructions" note="of the jobs program">
            {!detail.eventsKept && (
              <Empty title="Its instructions are not kept">
                They are too old. What followed from them is kept: the jobs and the money that they moved.
              </Empty>
            )}
            {detail.events.map((event) => (
              <EventFacts key={event.position} event={event} />
            ))}
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-9">
          <Section title="Facts">
            <Facts>
              <Fact name="Finality">
                <Finality value={detail.finality} />
              </Fact>
              <Fact name="Time">
                {detail.blockTime === null ? (
                  <Unknown why="The chain gave no time for this block." />
                ) : (
                  <RelativeTime at={detail.blockTime} renderedAt={renderedAt()} />
                )}
              </Fact>
              <Fact name="Slot" note={`transaction ${groupedInteger(detail.index)} in it`}>
                {groupedInteger(detail.slot)}
              </Fact>
              <Fact name="Fee payer">
                <Address address={detail.feePayer} />
              </Fact>
              <Fact name="Fee">
                {exactAmount(detail.fee, LAMPORT_DECIMALS)} <span className="text-ink-3">SOL</span>
              </Fact>
            </Facts>
          </Section>
          <Section title="Money" note="into and out of vaults">
            {detail.ledger.length === 0 ? (
              <p className="border-t border-line py-2 text-13 text-ink-2">
                This transaction moved no money of a vault.
              </p>
            ) : (
              <Facts>
                {detail.ledger.map((entry) => (
                  <Movement key={entry.position} entry={entry} />
                ))}
              </Facts>
            )}
          </Section>
        </div>
      </div>
    </>
  );
}

function Movement({ entry }: { entry: LedgerRow }) {
  const direction = entry.vaultDelta > 0n ? 'in' : 'out';
  return (
    <Fact
      name={entry.kind}
      note={
        <span className="inline-flex flex-wrap items-center justify-end gap-1.5">
          <Address address={entry.fromOwner ?? entry.from} copy={false} />
          to
          <Address address={entry.toOwner ?? entry.to} copy={false} />
        </span>
      }
    >
      <span className="inline-flex items-center gap-1.5">
        <FlowArrow direction={direction} />
        <Amount base={entry.amount} />
      </span>
    </Fact>
  );
}
