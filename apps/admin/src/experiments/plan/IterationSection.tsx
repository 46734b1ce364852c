import { Code, Table, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { Section } from '../../parts/Section.tsx';
import { When } from '../../parts/When.tsx';
import { servedAfterText } from '../actions/stop-choices.ts';
import { endingText } from '../status/earlier-text.ts';

interface Props {
  readonly iterations: readonly Schemas['IterationList']['items'][number][];
}

/** Every start, the newest first, and how it ended. */
export function IterationSection({ iterations }: Props) {
  return (
    <Section title="Iterations">
      <Table.ScrollContainer minWidth={560} type="native">
        <Table aria-label="Iterations">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Iteration</Table.Th>
              <Table.Th>Started</Table.Th>
              <Table.Th>Stopped</Table.Th>
              <Table.Th>How it ended</Table.Th>
              <Table.Th>Periods</Table.Th>
              <Table.Th>Frozen plan</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {iterations
              .toSorted((one, other) => other.number - one.number)
              .map((iteration) => (
                <Row key={iteration.id} iteration={iteration} />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function Row({ iteration }: { readonly iteration: Schemas['IterationList']['items'][number] }) {
  const { number, startedAt, stoppedAt, endedAs, reRandomised, periods, snapshotHash, servedAfter } = iteration;
  return (
    <Table.Tr>
      <Table.Td>
        {number}
        {number > 1 && (
          <Text size="xs" c="dimmed">
            {reRandomised ? 'everybody drawn anew' : 'the same variants'}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <When at={startedAt} />
      </Table.Td>
      <Table.Td>
        <When at={stoppedAt} />
      </Table.Td>
      <Table.Td>
        {stoppedAt === undefined ? 'goes on' : endingText(endedAs)}
        {servedAfter !== undefined && (
          <Text size="xs" c="dimmed">
            {servedAfterText(servedAfter)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{periods.length}</Table.Td>
      <Table.Td>
        <Code>{snapshotHash.slice(0, 12)}</Code>
      </Table.Td>
    </Table.Tr>
  );
}
