import { SegmentedControl, Table, Text } from '@mantine/core';
import { Section } from '../../parts/Section.tsx';
import { TimeChart } from '../charts/TimeChart.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import type { ArmResult, ExperimentResults } from '../results.ts';
import { deliverySentence, exposureLines, periodMarks, uncountedSentences } from './exposure-lines.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly isByDay: boolean;
  readonly onByDay: (isByDay: boolean) => void;
}

/** Who takes part: units per arm over time, and per period against what the split expects. */
export function ExposureSection({ results, isByDay, onByDay }: Props) {
  const sum = results.arms.reduce((total, { units }) => total + units, 0);
  const first = results.exposures.days[0];
  const deliveries = deliverySentence(results, results.unitKind);
  return (
    <Section
      title="Exposures"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="What is drawn"
          data={[
            { value: 'sum', label: 'So far' },
            { value: 'day', label: 'New each day' },
          ]}
          value={isByDay ? 'day' : 'sum'}
          onChange={(value) => onByDay(value === 'day')}
        />
      }
    >
      {first === undefined ? (
        <Text size="sm">
          No {results.unitKind} has been exposed yet. Evaluate the flag with the SDK: reading its value is the exposure.
        </Text>
      ) : (
        <>
          <TimeChart
            label={`${countText(sum)} ${results.unitKind} keys since ${first.day}: ${results.arms.map(armText).join(', ')}`}
            lines={exposureLines(results, !isByDay)}
            rules={[{ value: 0, label: '' }]}
            marks={periodMarks(results)}
            format={countText}
            axis="date"
          />
          <ArmTable results={results} />
        </>
      )}
      {deliveries !== undefined && (
        <Text size="sm" mt="xs">
          {deliveries}
        </Text>
      )}
      {uncountedSentences(results, results.unitKind).map((sentence) => (
        <Text size="sm" key={sentence} mt={4}>
          {sentence}
        </Text>
      ))}
    </Section>
  );
}

const armText = ({ variant, units }: ArmResult): string => `${variant} ${countText(units)}`;

function ArmTable({ results: { arms, periods, unitKind } }: { readonly results: ExperimentResults }) {
  const hasPeriods = periods.length > 1;
  const hasDeliveries = arms.some(({ deliveredUnits }) => deliveredUnits > 0);
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table aria-label="Arms" mt="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Arm</Table.Th>
            <Table.Th ta="right">{unitKind} keys</Table.Th>
            <Table.Th ta="right">Expected</Table.Th>
            <Table.Th ta="right">Saw two arms</Table.Th>
            {hasDeliveries && <Table.Th ta="right">By delivery</Table.Th>}
            {hasPeriods &&
              periods.map(({ number, isPause }) => (
                <Table.Th key={number} ta="right">
                  {isPause ? `Pause (${number})` : `Period ${number}`}
                </Table.Th>
              ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {arms.map((arm) => (
            <Table.Tr key={arm.variant}>
              <Table.Td>{arm.variant}</Table.Td>
              <Table.Td ta="right">{countText(arm.units)}</Table.Td>
              <Table.Td ta="right">{arm.expectedUnits === null ? '–' : countText(Math.round(arm.expectedUnits))}</Table.Td>
              <Table.Td ta="right">{countText(arm.mixedUnits)}</Table.Td>
              {hasDeliveries && <Table.Td ta="right">{countText(arm.deliveredUnits)}</Table.Td>}
              {hasPeriods && periods.map(({ number }) => <PeriodCell key={number} arm={arm} period={number} />)}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PeriodCell({ arm, period }: { readonly arm: ArmResult; readonly period: number }) {
  const found = arm.periods.find((one) => one.period === period);
  if (found === undefined) return <Table.Td ta="right">–</Table.Td>;
  return (
    <Table.Td ta="right">
      {countText(found.units)}
      <Text span size="xs" c="dimmed">
        {' '}
        ({shareText(found.expectedShare)} expected)
      </Text>
    </Table.Td>
  );
}
