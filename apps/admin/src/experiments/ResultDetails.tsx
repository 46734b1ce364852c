import { Accordion, Code, Group, List, Table, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { CopyIcon } from '../parts/CopyText.tsx';
import { FlagLink } from '../parts/links.tsx';
import { countText, pValueText, shareText, valueText } from './numbers.ts';
import { levelText, reasonText } from './result-words.ts';
import type { Comparison, ComputedMetric, ExperimentResults } from './results.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly results: ExperimentResults;
}

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** What the figures stand on, for who wants to check them. */
export function ResultDetails({ experiment, results }: Props) {
  return (
    <Accordion variant="contained" multiple chevronPosition="left">
      <Accordion.Item value="plan">
        <Accordion.Control>Plan and period</Accordion.Control>
        <Accordion.Panel>
          <Plan experiment={experiment} results={results} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="differences">
        <Accordion.Control>Arms and absolute differences</Accordion.Control>
        <Accordion.Panel>
          <ArmTable results={results} />
          <DifferenceTable results={results} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="sql">
        <Accordion.Control>SQL</Accordion.Control>
        <Accordion.Panel>
          <Group justify="space-between" mb="xs">
            <Text size="sm">The statement that gave each arm’s figures; it runs as it is with ClickHouse’s client.</Text>
            <CopyIcon text={results.sql} what="the SQL" />
          </Group>
          <Code block tabIndex={0} aria-label="SQL">
            {results.sql}
          </Code>
          <Text size="sm" mt="sm" mb={4}>
            Its parameters
          </Text>
          <Code block tabIndex={0} aria-label="Parameters">
            {JSON.stringify(results.parameters, undefined, 2)}
          </Code>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Plan({ experiment, results }: Props) {
  const timeText = (at: string) => `${exact.format(new Date(at))} UTC`;
  return (
    <List size="sm" spacing={4}>
      <List.Item>
        Flag <FlagLink flag={experiment.flagKey} />,{' '}
        {experiment.ruleId === '' ? 'its default split' : `rule ${experiment.ruleId}`};
        {experiment.assignment === 'split' ? ' Stitchd assigned the arms.' : ' the arms were assigned elsewhere.'}
      </List.Item>
      <List.Item>
        Each {results.unitKind} counts once, for the arm of its first exposure. Intervals have the level{' '}
        {levelText(results.alpha)}.
      </List.Item>
      <List.Item>
        Iteration {results.iteration}: exposures from {timeText(results.from)} to {timeText(results.to)}, with what was stored
        until {timeText(results.dataUntil)}.
      </List.Item>
      <List.Item>Of useless changes at most {shareText(results.alpha)} look like a difference at a single look.</List.Item>
    </List>
  );
}

function ArmTable({ results }: { readonly results: ExperimentResults }) {
  return (
    <Table.ScrollContainer minWidth={420} type="native">
      <Table aria-label="Arms">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Arm</Table.Th>
            <Table.Th ta="right">{results.unitKind} keys</Table.Th>
            <Table.Th ta="right">Expected</Table.Th>
            <Table.Th ta="right">Expected share</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.arms.map(({ variant, units, expectedUnits, expectedShare }) => (
            <Table.Tr key={variant}>
              <Table.Td>{variant}</Table.Td>
              <Table.Td ta="right">{countText(units)}</Table.Td>
              <Table.Td ta="right">{expectedUnits === null ? '–' : countText(expectedUnits)}</Table.Td>
              <Table.Td ta="right">{shareText(expectedShare)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function DifferenceTable({ results }: { readonly results: ExperimentResults }) {
  const rows = results.metrics.flatMap((metric) =>
    metric.kind === 'computed' ? metric.comparisons.map((comparison) => ({ metric, comparison })) : [],
  );
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table aria-label="Absolute differences">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th>Variant</Table.Th>
            <Table.Th ta="right">Difference</Table.Th>
            <Table.Th ta="right">Interval</Table.Th>
            <Table.Th ta="right">Standard error</Table.Th>
            <Table.Th ta="right">p-value</Table.Th>
            <Table.Th>Method</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ metric, comparison }) => (
            <DifferenceRow key={`${metric.key} ${comparison.variant}`} metric={metric} comparison={comparison} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const methods: Readonly<Record<string, string>> = {
  welch: 'Welch’s t-test',
  'fisher-newcombe': 'Fisher’s mid-p, Newcombe’s interval',
};

function DifferenceRow({ metric, comparison }: { readonly metric: ComputedMetric; readonly comparison: Comparison }) {
  const { variant, difference, interval, standardError, pValue, method, notComputable } = comparison;
  return (
    <Table.Tr>
      <Table.Td>{metric.key}</Table.Td>
      <Table.Td>{variant}</Table.Td>
      <Table.Td ta="right">{difference === null ? '–' : valueText(difference)}</Table.Td>
      <Table.Td ta="right">{interval === null ? '–' : `${valueText(interval.low)} to ${valueText(interval.high)}`}</Table.Td>
      <Table.Td ta="right">{standardError === null ? '–' : valueText(standardError)}</Table.Td>
      <Table.Td ta="right">{pValue === null ? '–' : pValueText(pValue)}</Table.Td>
      <Table.Td>{method === null ? reasonText(notComputable ?? '') : (methods[method] ?? method)}</Table.Td>
    </Table.Tr>
  );
}
