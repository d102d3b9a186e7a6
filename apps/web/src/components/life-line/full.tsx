import { type ReactNode, useId } from 'react';
import { exactAmount } from '@/format/amount';
import { durationText, spanText } from '@/format/duration';
import { utcClock } from '@/format/time';
import { type LookState, StateShape } from '../state-shape';
import { divisionNow, type Escrow, horizon, shareOf } from './escrow';
import { axisTicks, type Life, lifeGeometry, lifeSpans, percent } from './geometry';
import { HatchPattern } from './hatch';
import { SettlementRibbons } from './ribbons';
import { lifeText, ranText } from './text';
import { EscrowWedge, WEDGE_HEIGHT } from './wedge';

const BAR = { y: WEDGE_HEIGHT + 8, height: 20 } as const;
const AXIS_Y = BAR.y + BAR.height + 8;
const HEIGHT = AXIS_Y + 20;

const FILL: Record<LookState, string> = {
  waiting: 'fill-waiting',
  running: 'fill-running',
  done: 'fill-done',
  failed: 'fill-failed',
};

export interface FullLifeProps {
  life: Life;
  state: LookState;
  escrow: Escrow;
  /** How it ended, e.g. "finished by its node"; shown once it is over. */
  ending?: string | undefined;
}

/** The whole life of a job at `now`: its escrow above, its time below, both on one axis. */
export function FullDrawing({
  life,
  state,
  escrow,
  ending,
  now,
}: FullLifeProps & { now: number }): ReactNode {
  const hatch = useId();
  const spans = lifeSpans(life, now);
  const axis = horizon(life, spans);
  const settled = !spans.open;
  // A life within the clock's second is drawn as all of the axis, which then has no length to tell.
  const instant = settled && spans.wait + spans.run === 0;
  const geometry = lifeGeometry(instant ? { ...spans, run: axis } : spans, axis);
  const division = divisionNow(escrow, spans);
  const moving = spans.open ? 'transition-[x,width] duration-1000 ease-linear' : undefined;
  const money = `${exactAmount(escrow.deposited)} NOS in escrow, ${exactAmount(division.earned)} ${settled ? 'paid to the node' : 'earned so far'}, ${exactAmount(division.left)} ${settled ? 'returned' : 'would return'}.`;

  return (
    <figure>
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-5 gap-y-1 text-13">
        <span className="inline-flex items-center gap-1.5 text-waiting">
          <StateShape state="waiting" />
          {spans.wait === 0 && !spans.open
            ? 'started at once'
            : `${life.startedAt === null && spans.open ? 'waiting' : 'waited'} ${durationText(spans.wait)}`}
        </span>
        {life.startedAt !== null && (
          <span
            className={`inline-flex items-center gap-1.5 ${state === 'failed' ? 'text-failed' : spans.open ? 'text-running' : 'text-done'}`}
          >
            <StateShape state={spans.open ? 'running' : state} />
            {spans.open ? `running ${durationText(spans.run)}` : `ran ${ranText(spans.run)}`}
          </span>
        )}
        <span className="ml-auto text-ink-3">{closing(life, spans.remaining, ending)}</span>
      </figcaption>
      <svg
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label={`${lifeText(spans, state)} ${money}`}
        className="block overflow-visible"
      >
        <defs>
          <HatchPattern id={hatch} />
        </defs>
        <svg aria-hidden="true" width={settled ? '62%' : '100%'} height={HEIGHT} overflow="visible">
          <Axis axis={axis} ticks={instant ? [0] : axisTicks(axis)} roomy={settled} />
          <EscrowWedge
            start={geometry.run.x}
            now={geometry.end}
            share={shareOf(division.earned, escrow.deposited)}
            ahead={
              spans.remaining > 0
                ? shareOf(
                    division.earned +
                      escrow.price *
                        BigInt(Math.floor(Math.min(spans.remaining, axis - spans.wait - spans.run))),
                    escrow.deposited,
                  )
                : null
            }
            settled={settled}
          />
          {spans.wait > 0 && (
            <rect
              x="0"
              width={percent(geometry.wait.width)}
              y={BAR.y}
              height={BAR.height}
              fill={`url(#${hatch})`}
              className={moving}
            />
          )}
          {geometry.remaining.width > 0 && (
            <rect
              x={percent(geometry.remaining.x)}
              width={percent(geometry.remaining.width)}
              y={BAR.y + 0.5}
              height={BAR.height - 1}
              fill="none"
              strokeDasharray="2 4"
              className="stroke-n-5"
            />
          )}
          {geometry.run.width > 0 && (
            <rect
              x={percent(geometry.run.x)}
              width={percent(geometry.run.width)}
              y={BAR.y}
              height={BAR.height}
              className={`${FILL[state]} ${moving ?? ''}`}
            />
          )}
          <line
            x1={percent(geometry.end)}
            x2={percent(geometry.end)}
            y1={-4}
            y2={AXIS_Y}
            strokeWidth="1.5"
            className="stroke-ink"
          />
          {!settled && (
            <text
              x={percent(geometry.end)}
              dx={geometry.end > 55 ? -8 : 8}
              y={16}
              textAnchor={geometry.end > 55 ? 'end' : 'start'}
              className="fill-ink text-12 tabular-nums"
            >
              {life.startedAt === null
                ? `${exactAmount(division.left)} NOS held`
                : `${exactAmount(division.earned)} earned, ${exactAmount(division.left)} NOS left`}
            </text>
          )}
        </svg>
        {settled && escrow.deposited > 0n && (
          <svg aria-hidden="true" x="62%" width="38%" height={HEIGHT} overflow="visible">
            <SettlementRibbons paid={escrow.paid} refunded={escrow.refunded} deposited={escrow.deposited} />
          </svg>
        )}
      </svg>
    </figure>
  );
}

function closing(life: Life, remaining: number, ending: string | undefined): string {
  if (life.endedAt !== null) return `${ending ?? 'ended'} at ${utcClock(life.endedAt)} UTC`;
  if (life.startedAt === null) return `may run for ${spanText(life.timeout)} once it starts`;
  if (remaining <= 0) return 'past its limit: anyone who posted it may end it now';
  return `limit ${utcClock(life.startedAt + life.timeout)} UTC`;
}

function Axis({ axis, ticks, roomy }: { axis: number; ticks: readonly number[]; roomy: boolean }): ReactNode {
  return ticks.map((at, index) => {
    const x = percent((at / axis) * 100);
    // The last label of a full-width axis would leave the page.
    const atEdge = !roomy && at / axis > 0.94;
    return (
      <g key={at} className={index % 2 === 1 ? 'phone:hidden' : undefined}>
        <line x1={x} x2={x} y1={0} y2={AXIS_Y + 4} className="stroke-line" />
        <text
          x={x}
          dx={index === 0 || atEdge ? 0 : 4}
          y={AXIS_Y + 14}
          textAnchor={atEdge ? 'end' : 'start'}
          className="fill-ink-3 text-12"
        >
          {at === 0 ? 'listed' : spanText(at)}
        </text>
      </g>
    );
  });
}
