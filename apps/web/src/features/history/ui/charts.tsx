import type { Bucket, Figures, RollupSeries } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { niceSeconds } from '@/components/life-line/geometry';
import { shortCount } from '@/format/amount';
import { spanText } from '@/format/duration';
import { utcClock, utcDay } from '@/format/time';
import { axisEnd } from '../lib/scale';
import { axisNos, bucketName, endings, endingsText, paidText, tokensText, waitsText } from '../lib/words';
import { Bars } from './bars';
import { Chart, type ChartProps, Part } from './chart';
import { Line } from './lines';

interface Props {
  series: RollupSeries;
}

const per = ({ bucketSeconds }: RollupSeries): string => (bucketSeconds >= 86_400 ? 'per day' : 'per hour');

/** What every chart of a series has in common, with each bucket in words. */
function common(
  series: RollupSeries,
  text: (bucket: Bucket) => string,
): Pick<ChartProps, 'places' | 'along'> {
  const { buckets, bucketSeconds } = series;
  const name = (at: number | undefined): string => {
    if (at === undefined) return '';
    return bucketSeconds >= 86_400 ? utcDay(at) : `${utcDay(at).slice(5)} ${utcClock(at).slice(0, 5)}`;
  };
  return {
    places: buckets.map((bucket) => `${bucketName(bucket.startsAt, bucketSeconds)}: ${text(bucket)}`),
    along: [
      name(buckets[0]?.startsAt),
      name(buckets[Math.floor(buckets.length / 2)]?.startsAt),
      `${name(buckets.at(-1)?.startsAt)} UTC`,
    ],
  };
}

const countText = (value: number): string => {
  const { digits, unit } = shortCount(value);
  return unit === '' ? digits : `${digits} ${unit}`;
};

/** How jobs came to their end. */
export function EndingsChart({ series, of }: Props & { of: 'network' | 'market' | 'node' }): ReactNode {
  const text = (figures: Figures): string => endingsText(figures, of);
  const values = series.buckets.map((bucket) => {
    const { good, bad, other } = endings(bucket);
    return [good, other, bad];
  });
  const top = axisEnd(Math.max(...values.map((parts) => parts.reduce((sum, part) => sum + part, 0))));
  return (
    <Chart
      title={`Jobs by how they ended, ${per(series)}`}
      whole={text(series.total)}
      top={`${countText(top)} jobs`}
      {...common(series, text)}
      parts={
        <>
          <Part shape={<rect y="1" width="12" height="9" className="fill-done" />}>completed (bottom)</Part>
          <Part shape={<rect y="1" width="12" height="9" className="fill-n-5" />}>
            ended otherwise: by their poster, delisted, not read yet (middle)
          </Part>
          <Part shape={<rect y="1" width="12" height="9" className="fill-failed" />}>failed (top)</Part>
        </>
      }
    >
      <Bars values={values} top={top} classes={['fill-done', 'fill-n-5', 'fill-failed']} />
    </Chart>
  );
}

/** What nodes were paid. */
export function PaidChart({ series, title = 'NOS paid to nodes' }: Props & { title?: string }): ReactNode {
  // Bars need no more digits than pixels.
  const values = series.buckets.map(({ paid }) => [Number(paid)]);
  const top = axisEnd(Math.max(...values.flat()));
  return (
    <Chart
      title={`${title}, ${per(series)}`}
      whole={paidText(series.total)}
      top={axisNos(BigInt(Math.round(top)))}
      {...common(series, paidText)}
    >
      <Bars values={values} top={top} classes={['fill-accent']} />
    </Chart>
  );
}

/** How long jobs waited for a node. */
export function WaitsChart({ series }: Props): ReactNode {
  const values = series.buckets.map(({ waits }) => waits);
  const top = niceSeconds(Math.max(...values.map((waits) => waits?.p90 ?? 0)));
  return (
    <Chart
      title={`Waiting for a node, jobs started ${per(series)}`}
      whole={waitsText(series.total)}
      top={spanText(top)}
      {...common(series, waitsText)}
      parts={
        <>
          <Part
            shape={
              <line
                x2="12"
                y1="5"
                y2="5"
                className="stroke-waiting"
                strokeWidth="1.25"
                strokeDasharray="3 3"
              />
            }
          >
            9 of 10 within
          </Part>
          <Part shape={<line x2="12" y1="5" y2="5" className="stroke-waiting" strokeWidth="2" />}>
            half within
          </Part>
        </>
      }
    >
      <Line values={values.map((waits) => waits?.p90 ?? null)} top={top} className="text-waiting" dashed />
      <Line values={values.map((waits) => waits?.p50 ?? null)} top={top} className="text-waiting" />
    </Chart>
  );
}

/** Tokens that signed receipts tell of. */
export function TokensChart({ series }: Props): ReactNode {
  const values = series.buckets.map(({ completionTokens }) => [Number(completionTokens)]);
  const top = axisEnd(Math.max(...values.flat()));
  return (
    <Chart
      title={`Tokens served, ${per(series)}`}
      whole={tokensText(series.total)}
      top={`${countText(top)} tokens`}
      {...common(series, tokensText)}
    >
      <Bars values={values} top={top} classes={['fill-n-6']} />
    </Chart>
  );
}
