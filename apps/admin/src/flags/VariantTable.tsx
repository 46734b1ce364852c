import { Code, Table } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { jsonText } from '../parts/json-text.ts';

export function VariantTable({ variants }: { readonly variants: readonly Schemas['Variant'][] }) {
  return (
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Variant</Table.Th>
          <Table.Th>Value</Table.Th>
          <Table.Th>Description</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {variants.map(({ key, name, value, description }) => (
          <Table.Tr key={key}>
            <Table.Td>{name === '' || name === key ? key : `${name} (${key})`}</Table.Td>
            <Table.Td>
              <Code>{jsonText(value)}</Code>
            </Table.Td>
            <Table.Td>{description}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
