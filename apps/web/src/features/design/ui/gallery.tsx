import type { ReactNode } from 'react';
import { Address, Signature } from '@/components/address';
import { Amount, Flow } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { CodeBlock, JsonView } from '@/components/code-block';
import { Duration, Milliseconds } from '@/components/duration';
import { Empty } from '@/components/empty';
import { Fact, Facts, Unknown } from '@/components/facts';
import { Finality } from '@/components/finality';
import { Glyph } from '@/components/glyph/glyph';
import { IntervalBar } from '@/components/interval';
import { FullDrawing } from '@/components/life-line/full';
import { lifeGeometry, lifeSpans } from '@/components/life-line/geometry';
import { MiniDrawing } from '@/components/life-line/mini';
import { lifeText } from '@/components/life-line/text';
import { QueueLine } from '@/components/queue-line/queue-line';
import { SkeletonRows } from '@/components/skeleton';
import { Sparkbars, Stat } from '@/components/stat';
import { StateTag } from '@/components/state-tag';
import { DataTable } from '@/components/table/data-table';
import { Timeline } from '@/components/timeline';
import { HistoryCharts } from '@/features/history/ui/history';
import { CONNECTING, DISCONNECTED } from '@/features/live/lib/health';
import { LiveDot } from '@/features/live/ui/live-dot';
import { sampleHistory } from '../lib/sample-history';
import { SAMPLE_LIVES, SAMPLE_NOW, type SampleLife, sampleAddress } from '../lib/samples';
import { Controls } from './controls';
import { Row, Specimen } from './specimen';

const BARS = [
  3, 4, 4, 6, 5, 7, 8, 6, 5, 4, 6, 9, 12, 10, 8, 7, 6, 7, 9, 11, 10, 8, 0, 0, 5, 6, 7, 8, 9, 7, 6, 4,
];
const QUEUE = Array.from({ length: 24 }, (_, index) => sampleAddress(index + 40));

/** Every component in every state, in the theme of the place it stands in. */
export function Gallery(): ReactNode {
  return (
    <>
      <Specimen
        name="Life line"
        note="waiting hatched, running solid, end mark; the escrow thins into payout and refund"
      >
        {SAMPLE_LIVES.map((sample) => (
          <div key={sample.name} className="pb-3">
            <p className="mb-1 text-12 text-ink-3">{sample.name}</p>
            <FullDrawing {...sample} now={SAMPLE_NOW} />
          </div>
        ))}
      </Specimen>
      <Specimen name="Table" note="j, k, Enter; two lines on a phone">
        <LifeTable />
        <DataTable
          label="Empty table"
          columns={[]}
          rows={[]}
          rowKey={() => ''}
          empty={<Empty title="No job matches">Take a filter away, or look in another market.</Empty>}
        />
        <SkeletonRows rows={3} />
      </Specimen>
      <Specimen name="Queue line" note="nodes square, jobs round">
        <QueueLine kind="jobs" queue={QUEUE.slice(0, 7)} own={QUEUE[1]} />
        <QueueLine kind="nodes" queue={QUEUE.slice(7, 19)} />
        <QueueLine kind="nodes" queue={QUEUE} length={64} limit={12} />
      </Specimen>
      <Specimen name="Charts over time" note="arrow keys walk through; gaps are not drawn over">
        <HistoryCharts series={sampleHistory('busy')} range="24h" of="network" />
        <HistoryCharts series={sampleHistory('quiet')} range="24h" of="network" />
      </Specimen>
      <Specimen name="Figures">
        <dl className="grid grid-cols-3 gap-6 phone:grid-cols-2">
          <Stat label="Jobs running" value="18" series={BARS} seriesLabel="Jobs running per minute" />
          <Stat
            label="Settled, last 24 h"
            value="12,480"
            unit="NOS"
            series={BARS.toReversed()}
            seriesLabel="NOS per hour"
          />
          <Stat
            label="Median wait"
            value={<span className="text-20 text-ink-3">unknown</span>}
            unit="no job yet"
            series={[]}
          />
        </dl>
        <Sparkbars values={[null, null, 1, 4, null, 2]} label="With gaps" />
        <Row>
          <IntervalBar value={0.96} lower={0.88} upper={0.99} label="88 to 99 %" />
          <IntervalBar value={0.5} lower={0.1} upper={0.9} label="10 to 90 %" />
          <IntervalBar value={1} lower={0.9} upper={1} label="90 to 100 %" />
        </Row>
      </Specimen>
      <Specimen name="Values">
        <Row>
          <Address address={sampleAddress(1)} href="/design" copy="always" />
          <Address address={sampleAddress(2)} name="CPU, small" />
          <Signature signature={`${sampleAddress(3)}${sampleAddress(4)}`} />
          {Array.from({ length: 12 }, (_, index) => (
            <Glyph key={sampleAddress(index)} address={sampleAddress(index)} size={20} />
          ))}
        </Row>
        <Row>
          <Amount base={6_000_000n} />
          <Amount base={1_234_567_890_123n} />
          <Amount base={83n} precision="short" />
          <Amount base={1_234_567n} precision="short" />
          <Flow base={6_000_000n} direction="in" />
          <Flow base={1_440_000n} direction="out" />
        </Row>
        <Row>
          <Duration seconds={48} />
          <Duration seconds={192} />
          <Duration seconds={3_845} />
          <Duration seconds={200_000} />
          <Milliseconds value={0.42} />
          <Milliseconds value={412} />
          <Milliseconds value={2_410} />
          <RelativeTime at={SAMPLE_NOW - 190} renderedAt={SAMPLE_NOW} />
          <Unknown why="The chain gave no time for this block." />
        </Row>
        <Row>
          <StateTag state="waiting">Waiting, 2nd of 7</StateTag>
          <StateTag state="running">Running</StateTag>
          <StateTag state="done">Done</StateTag>
          <StateTag state="failed">Failed</StateTag>
        </Row>
        <Row>
          <LiveDot health={{ state: 'live', lagSeconds: 0.4, reason: 'With the chain' }} />
          <LiveDot health={{ state: 'delayed', lagSeconds: 14, reason: 'Catching up' }} />
          <LiveDot health={DISCONNECTED} />
          <LiveDot health={CONNECTING} />
          <Finality value="confirmed" />
          <Finality value="finalized" />
        </Row>
      </Specimen>
      <Specimen name="Facts">
        <Facts>
          <Fact name="Price" note="72.00 NOS per hour">
            <Amount base={20_000n} unit="NOS / s" />
          </Fact>
          <Fact name="Escrow paid in">
            <Flow base={6_000_000n} direction="in" />
          </Fact>
          <Fact strong name="Left in the vault">
            <Amount base={0n} />
          </Fact>
        </Facts>
      </Specimen>
      <Specimen name="Timeline">
        <Timeline
          steps={[
            {
              key: 'a',
              time: '14:02:11',
              state: 'waiting',
              text: 'Listed with 6.00 NOS in escrow for at most 5 min',
              proof: <Finality value="finalized" />,
            },
            {
              key: 'b',
              time: '14:02:13',
              state: 'running',
              text: 'Taken by a node, which came to the queue',
              proof: <Finality value="confirmed" />,
            },
            {
              key: 'c',
              time: '14:02:40',
              state: 'failed',
              failed: true,
              text: 'Tried to end it; the transaction failed and changed nothing',
            },
            {
              key: 'd',
              time: '14:03:25',
              state: 'done',
              text: 'Finished by its node: 1.44 NOS to the node, 4.56 NOS back to the poster',
            },
          ]}
        />
      </Specimen>
      <Specimen name="Code">
        <CodeBlock copy="21888" label="answer">
          <span className="text-ink-3">{'384 × 7 = 2688\n384 × 50 = 19200\n'}</span>
          <span className="font-medium">21888</span>
        </CodeBlock>
        <JsonView
          value={{ model: 'arithmetic', inputs: ['384*57'], params: { reasoning: true, max_tokens: 96 } }}
        />
      </Specimen>
      <Controls />
    </>
  );
}

function LifeTable(): ReactNode {
  const axis = 120;
  return (
    <DataTable<SampleLife>
      label="Sample jobs"
      rows={SAMPLE_LIVES}
      rowKey={(row) => row.name}
      empty={null}
      sort={{ value: 'paid', direction: 'desc' }}
      sortHref={() => '/design'}
      columns={[
        {
          key: 'job',
          header: 'Job',
          phone: 'top-left',
          cell: (row) => <Address address={sampleAddress(row.name.length)} href="/design" stretched />,
        },
        {
          key: 'life',
          header: 'Life, 0 to 2 min',
          phone: 'rule',
          width: 'w-[40%]',
          cell: (row) => {
            const spans = lifeSpans(row.life, SAMPLE_NOW);
            return (
              <MiniDrawing
                geometry={lifeGeometry(spans, axis)}
                state={row.state}
                label={lifeText(spans, row.state)}
              />
            );
          },
        },
        {
          key: 'state',
          header: 'State',
          phone: 'top-right',
          cell: (row) => <StateTag state={row.state}>{row.name}</StateTag>,
        },
        {
          key: 'paid',
          header: 'Paid',
          align: 'right',
          phone: 'bottom-right',
          sort: { value: 'paid' },
          cell: (row) => <Amount base={row.escrow.paid} precision="short" />,
        },
      ]}
    />
  );
}
