import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { metricsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { NameCell } from '../parts/NameCell.tsx';
import { TabActions } from '../parts/TabActions.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { metricSentence } from './metric-sentence.ts';
import { NewMetricDialog } from './NewMetricDialog.tsx';

export function MetricList() {
  const metrics = useQuery(metricsQuery(useScope().project));
  const mayCreate = useCan()('metric.write');
  const [creating, { open, close }] = useDisclosure();
  return (
    <>
      {mayCreate && (
        <TabActions>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
            New metric
          </Button>
        </TabActions>
      )}
      <Loaded query={metrics}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No metrics yet" action={mayCreate && <Button onClick={open}>Create the first metric</Button>}>
              A metric is what you want to change for the better, told by an event.
            </EmptyState>
          ) : (
            <DataTable label="Metrics" columns={columns} rows={rows} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      <NewMetricDialog opened={creating} onClose={close} />
    </>
  );
}

const columns: readonly Column<Schemas['Metric']>[] = [
  { header: 'Metric', cell: NameCell },
  { header: 'What counts', cell: metricSentence },
  { header: 'Description', cell: ({ description }) => description },
  { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
];
