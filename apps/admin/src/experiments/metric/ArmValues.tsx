import { Table } from '@mantine/core';
import { Section } from '../../parts/Section.tsx';
import { countText, valueText } from '../../parts/numbers.ts';
import { armMakingText, cappedText, metricValueText } from '../result-words.ts';
import type { ComputedMetric } from '../results.ts';

/** Each arm by itself. */
export function ArmValues({ metric }: { readonly metric: ComputedMetric }) {
  return (
    <Section title="Each arm by itself">
      <Table.ScrollContainer minWidth={720} type="native">
        <Table aria-label="Each arm by itself">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Arm</Table.Th>
              <Table.Th ta="right">Value</Table.Th>
              <Table.Th ta="right">Adjusted</Table.Th>
              <Table.Th>Made of</Table.Th>
              <Table.Th ta="right">Standard deviation</Table.Th>
              <Table.Th>Capped</Table.Th>
              <Table.Th ta="right">All units so far</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metric.arms.map((arm) => (
              <Table.Tr key={arm.variant}>
                <Table.Td>{arm.variant}</Table.Td>
                <Table.Td ta="right" fw={600}>
                  {metricValueText(metric.type, arm.mean)}
                </Table.Td>
                <Table.Td ta="right">{metricValueText(metric.type, arm.adjustedMean)}</Table.Td>
                <Table.Td>{armMakingText(metric, arm)}</Table.Td>
                <Table.Td ta="right">{arm.standardDeviation === null ? '–' : valueText(arm.standardDeviation)}</Table.Td>
                <Table.Td>{cappedText(arm) ?? '–'}</Table.Td>
                <Table.Td ta="right" c="dimmed">
                  {arm.maturing === null
                    ? '–'
                    : `${metricValueText(metric.type, arm.maturing.mean)} of ${countText(arm.maturing.n)}`}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
