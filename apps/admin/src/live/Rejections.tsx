import { Text, UnstyledButton } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';
import { rejectionsQuery } from '../usage/usage-queries.ts';

type Rejection = Schemas['Rejections']['items'][number];

/** What was refused in the last days, for those who were not here when it happened. */
export function Rejections({ onChoose }: { readonly onChoose: (code: string) => void }) {
  const rejections = useQuery(rejectionsQuery(useScope()));
  const columns: readonly Column<Rejection>[] = [
    {
      header: 'Code',
      cell: ({ code }) => (
        <UnstyledButton onClick={() => onChoose(code)} ff="monospace" fz="sm">
          {code}
        </UnstyledButton>
      ),
    },
    { header: 'Of', cell: ({ type, key }) => `${type} ${key}`.trim() || 'an item without a type' },
    { header: 'Items', cell: ({ items }) => new Intl.NumberFormat('en').format(items), align: 'right' },
    { header: 'Why', cell: ({ message }) => message },
    { header: 'Last', cell: ({ lastAt }) => <When at={lastAt} /> },
  ];
  return (
    <Section title="Refused in the last 7 days">
      <Loaded query={rejections}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">Nothing was refused.</Text>
          ) : (
            <DataTable
              label="Refused items"
              columns={columns}
              rows={items}
              rowKey={({ code, type, key }) => `${code} ${type} ${key}`}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
