import { Code, Table } from '@mantine/core';
import type { ChangedField } from './changed-fields.ts';
import { jsonText } from './json-text.ts';

/** Before and after, field by field. */
export function ChangeList({ changes }: { readonly changes: readonly ChangedField[] }) {
  return (
    <Table withRowBorders={false} verticalSpacing={4} aria-label="Changed fields" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="24%">Field</Table.Th>
          <Table.Th>Before</Table.Th>
          <Table.Th>After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ path, before, after }) => (
          <Table.Tr key={path} style={{ verticalAlign: 'top' }}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{path}</Table.Td>
            <Table.Td>
              <Side value={before} />
            </Table.Td>
            <Table.Td>
              <Side value={after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Side({ value }: { readonly value: unknown }) {
  if (value === undefined) return <>–</>;
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : jsonText(value);
  return <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</Code>;
}
