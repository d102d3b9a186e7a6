import type { NodeRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { StateTag } from '@/components/state-tag';
import type { Column } from '@/components/table/column';
import { DataTable, type DataTableProps } from '@/components/table/data-table';
import { groupedInteger } from '@/format/amount';
import { machineText, nodeState } from '../lib/words';
import { Success } from './success';

type Options = Pick<
  DataTableProps<NodeRow>,
  'rows' | 'empty' | 'sort' | 'sortHref' | 'pageKey' | 'sticky' | 'label'
>;

export function NodeTable(options: Options): ReactNode {
  return <DataTable {...options} rowKey={(node) => node.address} columns={columns(renderedAt())} />;
}

function columns(now: number): Column<NodeRow>[] {
  return [
    {
      key: 'node',
      header: 'Node',
      phone: 'top-left',
      cell: (node) => <Address address={node.address} href={`/nodes/${node.address}`} stretched />,
    },
    {
      key: 'state',
      header: 'Now',
      phone: 'top-right',
      cell: (node) => {
        const { look, word, why } = nodeState(node);
        return (
          <StateTag
            state={look}
            title={node.queuedInName === null ? why : `In the queue of ${node.queuedInName}.`}
          >
            {word}
          </StateTag>
        );
      },
    },
    {
      key: 'success',
      header: 'Success rate, 95 % interval',
      phone: 'bottom-left',
      sort: { value: 'success' },
      cell: (node) => <Success success={node.success} />,
    },
    {
      key: 'runs',
      header: 'Runs',
      align: 'right',
      phone: 'hidden',
      cell: (node) => groupedInteger(node.runsStarted),
    },
    {
      key: 'hardware',
      header: 'Machine',
      phone: 'hidden',
      from: 'desk',
      cell: (node) =>
        node.hardware === null ? (
          <span className="text-ink-3" title="No receipt of this node has been read yet.">
            unknown
          </span>
        ) : (
          <span className="text-ink-2" title={node.hardware.cpuModel}>
            {machineText(node.hardware)}
          </span>
        ),
    },
    {
      key: 'seen',
      header: 'Last seen',
      phone: 'hidden',
      sort: { value: 'lastSeen' },
      cell: (node) =>
        node.lastSeenAt === null ? (
          <span className="text-ink-3">unknown</span>
        ) : (
          <span className="text-ink-2">
            <RelativeTime at={node.lastSeenAt} renderedAt={now} />
          </span>
        ),
    },
    {
      key: 'earned',
      header: 'Earned',
      align: 'right',
      phone: 'bottom-right',
      sort: { value: 'earned' },
      cell: (node) => <Amount base={node.earned} precision="short" />,
    },
  ];
}
