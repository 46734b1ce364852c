import { Alert, Badge, Code, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';
import { contextAttributesQuery } from '../usage/usage-queries.ts';

type Attribute = Schemas['ContextAttributes']['items'][number];

const columns: readonly Column<Attribute>[] = [
  { header: 'Kind', cell: ({ kind }) => kind },
  { header: 'Attribute', cell: ({ attribute }) => <Code>{attribute}</Code> },
  { header: 'Types', cell: ({ types }) => types.join(', ') },
  { header: 'Frequent values', cell: ({ values }) => <Values values={values} /> },
  { header: 'First seen', cell: ({ firstSeenAt }) => <When at={firstSeenAt} /> },
  { header: 'Last seen', cell: ({ lastSeenAt }) => <When at={lastSeenAt} /> },
];

/** Attributes that contexts had here: what rules can ask for. */
export function ContextList() {
  const attributes = useQuery(contextAttributesQuery(useScope()));
  return (
    <Loaded query={attributes}>
      {({ items, truncated }) =>
        items.length === 0 ? (
          <EmptyState title="No attribute seen yet">
            SDKs tell once a minute which attributes their contexts have. Private attributes are never told.
          </EmptyState>
        ) : (
          <Stack>
            <Text c="dimmed">
              What SDKs saw in contexts in the last 90 days. Values are noted only where the event settings ask for it, and never
              one that fewer than three units have.
            </Text>
            {truncated && <Alert>There are more attributes; those seen last are listed.</Alert>}
            <DataTable
              label="Attributes of contexts"
              columns={columns}
              rows={items}
              rowKey={({ kind, attribute }) => `${kind} ${attribute}`}
            />
          </Stack>
        )
      }
    </Loaded>
  );
}

const shownValues = 8;

function Values({ values }: Pick<Attribute, 'values'>) {
  if (values.length === 0) return <Text c="dimmed">–</Text>;
  return (
    <Group gap={4}>
      {values.slice(0, shownValues).map((value) => (
        <Badge key={value} variant="default" tt="none">
          {value}
        </Badge>
      ))}
      {values.length > shownValues && <Text size="sm">and {values.length - shownValues} more</Text>}
    </Group>
  );
}
