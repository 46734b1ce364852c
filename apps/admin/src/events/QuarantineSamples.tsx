import { Code, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { jsonText } from '../parts/json-text.ts';
import { When } from '../parts/When.tsx';

type Sample = Schemas['QuarantinedEvents']['samples'][number];

const columns: readonly Column<Sample>[] = [
  { header: 'When', cell: ({ at }) => <When at={at} /> },
  { header: 'Context', cell: ({ context }) => <Code>{jsonText(context)}</Code> },
  { header: 'Value', cell: ({ value }) => (value === null ? 'none' : <Code>{jsonText(value)}</Code>) },
  { header: 'Properties', cell: ({ properties }) => (properties ? <Code>{jsonText(properties)}</Code> : 'none') },
];

/** For those of an event that has been defined since. */
const whyItStays: Column<Sample> = {
  header: 'Why it stays',
  cell: ({ problem }) => <Text size="sm">{problem || 'It will be looked at soon.'}</Text>,
};

interface Props {
  readonly quarantined: Schemas['QuarantinedEvents'];
  readonly isDefined: boolean;
}

/** The newest of the items that are kept aside under a key. */
export function QuarantineSamples({ quarantined, isDefined }: Props) {
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        The newest {quarantined.samples.length} of {quarantined.items.toLocaleString('en')}.
      </Text>
      <DataTable
        label="Kept aside"
        columns={isDefined ? [...columns, whyItStays] : columns}
        rows={quarantined.samples}
        rowKey={({ id }) => id}
      />
    </>
  );
}
