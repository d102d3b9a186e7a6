import type { NodeReportView } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Cid } from '@/components/address';
import { RelativeTime } from '@/components/clock/relative-time';
import { Fact, Facts } from '@/components/facts';
import { Section } from '@/components/section';
import { groupedInteger } from '@/format/amount';
import { rateText } from '@/format/ratio';

/** Speeds that are shown without being asked for. */
const SHOWN = 6;

/** What a node measured of itself: its own word, signed with its key. */
export function NodeReport({ report, now }: { report: NodeReportView; now: number }): ReactNode {
  const { facts } = report;
  return (
    <Section title="Benchmarks" note={facts === null ? undefined : 'measured by the node itself'}>
      <Facts>
        {facts === null ? (
          <Fact name="Report">
            <span className="text-ink-3">{WHY_NOT[report.status]}</span>
          </Fact>
        ) : (
          <>
            {facts.memoryBandwidthGbS !== null && (
              <Fact name="Memory bandwidth">{rateText(facts.memoryBandwidthGbS)} GB / s</Fact>
            )}
            {facts.speeds.slice(0, SHOWN).map((speed) => (
              <Speed key={`${speed.model} ${speed.precision} ${speed.threads}`} speed={speed} />
            ))}
            {facts.diskGb !== null && <Fact name="Disk">{groupedInteger(Math.round(facts.diskGb))} GB</Fact>}
            {facts.system !== null && <Fact name="System">{facts.system}</Fact>}
            {facts.measuredAt !== null && (
              <Fact name="Measured" note="by the node’s clock">
                <RelativeTime at={facts.measuredAt} renderedAt={now} />
              </Fact>
            )}
          </>
        )}
        <Fact
          name="Document"
          note={
            facts === null ? 'named in its last receipt' : 'signed by this node, named in its last receipt'
          }
        >
          <Cid cid={report.cid} />
        </Fact>
      </Facts>
      {facts !== null && facts.speeds.length > SHOWN && (
        <details className="mt-3">
          <summary className="text-13 text-ink-2 hover:text-ink">
            {facts.speeds.length - SHOWN} more speeds
          </summary>
          <Facts className="mt-2">
            {facts.speeds.slice(SHOWN).map((speed) => (
              <Speed key={`${speed.model} ${speed.precision} ${speed.threads}`} speed={speed} />
            ))}
          </Facts>
        </details>
      )}
    </Section>
  );
}

type ReportedSpeed = NonNullable<NodeReportView['facts']>['speeds'][number];

function Speed({ speed }: { speed: ReportedSpeed }): ReactNode {
  const { model, precision, threads, tokensPerSecond } = speed;
  return (
    <Fact
      name={<span className="wrap-anywhere">{model}</span>}
      note={`${precision}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`}
    >
      {rateText(tokensPerSecond)} <span className="text-ink-3">tokens / s</span>
    </Fact>
  );
}

const WHY_NOT: Readonly<Record<NodeReportView['status'], string>> = {
  read: 'says nothing',
  pending: 'being fetched',
  missing: 'no gateway has it',
  foreign: 'not signed by this node',
};
