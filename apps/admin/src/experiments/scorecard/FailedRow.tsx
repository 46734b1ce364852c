import { Badge, Code, Table, Text } from '@mantine/core';
import type { FailedMetric } from '../results.ts';
import { stageText } from './stage-text.ts';

/** A metric that could not be computed keeps its place: it is not zero, and it does not vanish. */
export function FailedRow({ metric, columns }: { readonly metric: FailedMetric; readonly columns: number }) {
  const { message, stage, query } = metric.failure;
  return (
    <Table.Tr>
      <Table.Td fw={600}>{metric.key}</Table.Td>
      <Table.Td colSpan={columns - 1}>
        <Badge color="red" variant="outline" mr="xs">
          not computed
        </Badge>
        {message}
        <Text size="xs" c="dimmed">
          It failed while {stageText(stage)}.
        </Text>
        {query !== null && (
          <Code block mt={4} style={{ whiteSpace: 'pre-wrap' }}>
            {query}
          </Code>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
