import type { ReactNode } from 'react';
import { FilterLinks } from '@/components/filter-links';
import { FilterSelect } from '@/components/filter-select';
import { ColumnChoice } from '@/components/table/column-choice';
import { hrefWith, type SearchParams } from '@/format/search-params';
import { columnChoices } from '../lib/columns';
import { type JobFilters as Filters, STATUS_FILTERS, STATUS_NAMES } from '../lib/filters';
import type { MarketOption } from '../lib/market-options';

/** Which jobs are shown; every choice is an address that can be sent to somebody. */
export function JobFilters({
  filters,
  params,
  markets,
  models,
}: {
  filters: Filters;
  params: SearchParams;
  markets: readonly MarketOption[];
  models: readonly string[];
}): ReactNode {
  const { cursor: _cursor, ...kept } = params;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      <FilterLinks
        label="Status"
        options={STATUS_FILTERS.map((status) => ({
          name: STATUS_NAMES[status],
          href: hrefWith('/jobs', kept, { status: status === 'all' ? undefined : status }),
          here: filters.status === status,
        }))}
      />
      <div className="ml-auto flex flex-wrap gap-2 phone:ml-0">
        <FilterSelect
          label="Market"
          value={hrefWith('/jobs', kept, {})}
          options={[
            { value: hrefWith('/jobs', kept, { market: undefined }), label: 'All markets' },
            ...markets.map((market) => ({
              value: hrefWith('/jobs', kept, { market: market.address }),
              label: market.name,
            })),
          ]}
        />
        <FilterSelect
          label="Model"
          value={hrefWith('/jobs', kept, {})}
          options={[
            { value: hrefWith('/jobs', kept, { model: undefined }), label: 'All models' },
            ...models.map((model) => ({ value: hrefWith('/jobs', kept, { model }), label: model })),
          ]}
        />
        <ColumnChoice columns={columnChoices(params)} />
      </div>
    </div>
  );
}
