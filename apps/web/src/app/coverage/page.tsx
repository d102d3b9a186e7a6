import type { Beginning, Coverage } from '@inferscan/api/client';
import type { Metadata } from 'next';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { Empty } from '@/components/empty';
import { Fact, Facts, Unknown } from '@/components/facts';
import { PageHeader, Section } from '@/components/section';
import { readCoverage } from '@/features/coverage/api/read';
import { DifferenceTable, HealedTable } from '@/features/coverage/ui/difference-table';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { groupedInteger } from '@/format/amount';

export const metadata: Metadata = { title: 'Coverage' };

export default async function CoveragePage() {
  const coverage = await readCoverage();
  const now = renderedAt();
  return (
    <>
      <LiveRefresh watch={{ jobs: 'any' }} />
      <PageHeader
        title="Coverage"
        note="What is indexed, how far it is behind the chain, and whether the tables say what the chain's accounts say."
      />
      <div className="grid grid-cols-2 gap-x-10 gap-y-9 max-[1039px]:grid-cols-1">
        <Section title="Slots" note="no slot between the first and the last indexed one is missing">
          <Slots coverage={coverage} now={now} />
        </Section>
        <Section title="Documents" note="definitions and results, fetched by their CIDs">
          <Documents coverage={coverage} />
        </Section>
      </div>
      {coverage.beginning !== null && <BeginningSection beginning={coverage.beginning} now={now} />}
      <Compared coverage={coverage} now={now} />
      {coverage.healed.count > 0 && <HealedSection coverage={coverage} now={now} />}
    </>
  );
}

const slotText = (slot: bigint | null, why: string) =>
  slot === null ? <Unknown why={why} /> : <span className="tabular-nums">{groupedInteger(slot)}</span>;

function Slots({ coverage, now }: { coverage: Coverage; now: number }) {
  const { lag, phase, error, heartbeatAt } = coverage;
  return (
    <Facts>
      <Fact name="First transaction in slot">{slotText(coverage.firstSlot, 'Nothing is stored yet.')}</Fact>
      <Fact name="Indexed up to slot">{slotText(coverage.indexedSlot, 'No indexer has run yet.')}</Fact>
      <Fact name="Proven final up to slot" note="block hash and signatures compared with the finalized chain">
        {slotText(coverage.finalizedSlot, 'Nothing was compared yet.')}
      </Fact>
      <Fact name="Newest confirmed slot">{slotText(coverage.headSlot, 'No indexer has run yet.')}</Fact>
      <Fact name="Behind">
        {lag === null ? (
          <Unknown why="No indexer has run yet." />
        ) : (
          <span className="tabular-nums">
            {groupedInteger(lag.slots)} {lag.slots === 1 ? 'slot' : 'slots'}
            <span className="text-ink-3">, about {lag.seconds} s</span>
          </span>
        )}
      </Fact>
      <Fact name="Indexer" note={error ?? undefined}>
        {phase === null || heartbeatAt === null ? (
          <Unknown why="No indexer has run yet." />
        ) : (
          <>
            {phase === 'tip' ? 'follows the chain' : 'reads history'}, heard of{' '}
            <RelativeTime at={heartbeatAt} renderedAt={now} />
          </>
        )}
      </Fact>
      {coverage.kept.eventsFromSlot !== null && (
        <Fact name="Instructions kept from slot" note="of older transactions only what followed from them is">
          <span className="tabular-nums">{groupedInteger(coverage.kept.eventsFromSlot)}</span>
        </Fact>
      )}
      {coverage.kept.archiveFromSlot !== null && (
        <Fact name="Archived from slot" note="older transactions are not in the archive of raw data">
          <span className="tabular-nums">{groupedInteger(coverage.kept.archiveFromSlot)}</span>
        </Fact>
      )}
      <Fact name="Anomalies" note="instructions that could not be read, changes that the rules do not allow">
        {groupedInteger(coverage.anomalies)}
      </Fact>
    </Facts>
  );
}

/** What is not known because the index began in the middle of history. */
function BeginningSection({ beginning, now }: { beginning: Beginning; now: number }) {
  const { slot, at, records } = beginning;
  const count = (many: number, one: string) => `${groupedInteger(many)} ${many === 1 ? one : `${one}s`}`;
  return (
    <Section
      title="Beginning"
      className="mt-9"
      note={
        <>
          the index begins with the accounts of slot {groupedInteger(slot)}
          {at !== null && (
            <>
              , <RelativeTime at={at} renderedAt={now} />
            </>
          )}
        </>
      }
    >
      <Facts>
        <Fact name="Known from accounts">
          {[
            count(records.markets, 'market'),
            count(records.jobs, 'job'),
            count(records.runs, 'run'),
            count(records.stakes, 'stake'),
          ].join(', ')}
        </Fact>
        <Fact name="Ledgers" note="from there on to the base unit">
          begin with what each vault held
        </Fact>
        <Fact name="Not known" note="and every job whose account was closed before">
          when and by which transaction those jobs were listed, what was paid before
        </Fact>
        <Fact name="Nodes">counted since that slot</Fact>
      </Facts>
    </Section>
  );
}

function Documents({ coverage: { documents } }: { coverage: Coverage }) {
  return (
    <Facts>
      <Fact name="Read and verified">{groupedInteger(documents.fetched)}</Fact>
      {documents.dropped > 0 && (
        <Fact name="Of these not kept" note="too old: what they said is kept, their text is not">
          {groupedInteger(documents.dropped)}
        </Fact>
      )}
      <Fact name="Not fetched yet">{groupedInteger(documents.pending)}</Fact>
      <Fact name="At no gateway" note="asked for again, less and less often">
        {groupedInteger(documents.missing)}
      </Fact>
      <Fact name="Unusable" note="not JSON, or too large">
        {groupedInteger(documents.invalid)}
      </Fact>
    </Facts>
  );
}

function Compared({ coverage: { comparison }, now }: { coverage: Coverage; now: number }) {
  if (comparison === null) {
    return (
      <Section title="Against the chain" className="mt-9">
        <div className="border-t border-line">
          <Empty title="Not compared yet">
            The first comparison comes when the index has reached the chain, then one every ten minutes.
          </Empty>
        </div>
      </Section>
    );
  }
  const { accounts, vaults, slot, differences, found } = comparison;
  return (
    <Section
      title="Against the chain"
      className="mt-9"
      note={
        <>
          {groupedInteger(accounts)} accounts and {groupedInteger(vaults)} vaults as of slot{' '}
          {groupedInteger(slot)}, <RelativeTime at={comparison.at} renderedAt={now} />:{' '}
          {differences === 0
            ? 'every field and every balance agreed'
            : `${groupedInteger(differences)} ${differences === 1 ? 'difference' : 'differences'}`}
        </>
      }
    >
      <DifferenceTable rows={found} />
    </Section>
  );
}

function HealedSection({ coverage: { healed }, now }: { coverage: Coverage; now: number }) {
  const { count, rows } = healed;
  return (
    <Section
      title="Healed"
      className="mt-9"
      note={
        <>
          {groupedInteger(count)} {count === 1 ? 'difference' : 'differences'} of earlier comparisons
          {count > rows.length && `, of which these are the last ${rows.length}`}
        </>
      }
    >
      <HealedTable rows={rows} renderedAt={now} />
    </Section>
  );
}
