import type { HardwareRow } from '@inferscan/api/client';
import type { Metadata } from 'next';
import { Empty } from '@/components/empty';
import { PageHeader, Section } from '@/components/section';
import { readHardware } from '@/features/hardware/api/read';
import { Throughput } from '@/features/hardware/ui/throughput';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { groupedInteger, shortCount } from '@/format/amount';
import { memoryText } from '@/format/ratio';

export const metadata: Metadata = { title: 'Hardware' };

export default async function HardwarePage() {
  const rows = await readHardware();
  const fastest = Math.max(...rows.flatMap((row) => row.throughput.map((speed) => speed.tokensPerSecond)), 1);
  const kinds = (['gpu', 'cpu'] as const).map((kind) => ({
    kind,
    rows: rows.filter((row) => row.kind === kind),
  }));
  return (
    <>
      <LiveRefresh watch={{ figures: true }} />
      <PageHeader
        title="Hardware"
        note="What nodes run inference on, as their signed receipts say. Speeds are measured on real jobs: completion tokens over the time after the model was loaded, as a median over all receipts."
      />
      {rows.length === 0 && (
        <Empty title="No machine has proved its work yet">
          A device appears here with the first signed receipt of a finished inference job.
        </Empty>
      )}
      {kinds.map(
        ({ kind, rows: devices }) =>
          devices.length > 0 && (
            <Section
              key={kind}
              title={kind === 'gpu' ? 'GPUs' : 'CPUs'}
              note={`${devices.length} ${devices.length === 1 ? 'model' : 'models'}`}
              className="mb-9"
            >
              <ul className="border-t border-line-strong">
                {devices.map((device) => (
                  <Device key={device.name} device={device} fastest={fastest} />
                ))}
              </ul>
            </Section>
          ),
      )}
    </>
  );
}

function Device({ device, fastest }: { device: HardwareRow; fastest: number }) {
  const tokens = shortCount(device.completionTokens);
  return (
    <li className="grid grid-cols-[280px_minmax(0,1fr)] gap-x-10 gap-y-3 border-b border-line py-4 max-[1039px]:grid-cols-1">
      <div className="min-w-0">
        <h3 className="font-medium break-words">{device.name}</h3>
        <p className="mt-1 text-13 text-ink-2">
          {groupedInteger(device.nodes)} {device.nodes === 1 ? 'node' : 'nodes'},{' '}
          {range(device.logicalCores, (cores) => `${cores} cores`)}, {range(device.memoryMb, memoryText)}
        </p>
        <p className="text-13 text-ink-3">
          {tokens.digits} {tokens.unit} tokens in {groupedInteger(device.receipts)} receipts
        </p>
      </div>
      <Throughput rows={device.throughput} fastest={fastest} />
    </li>
  );
}

const range = ({ min, max }: { min: number; max: number }, text: (value: number) => string): string =>
  min === max ? text(min) : `${text(min)} to ${text(max)}`;
